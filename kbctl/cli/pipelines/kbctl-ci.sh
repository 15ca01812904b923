#!/bin/sh
@HEADER@
# change     the commit that is checked out, against what is published
# published  what is published
# report     what has lapsed or is about to (for cron)
#
# Keep this file outside of the checkout that it looks at, or run the copy of the base:
#   git show refs/remotes/origin/@BASE@:ci/kbctl-ci.sh > /tmp/kbctl-ci.sh && sh /tmp/kbctl-ci.sh change .
set -eu
: "${KBCTL_PACKAGE:=@PACKAGE@}"
: "${KBCTL_BASE:=@BASE@}"
: "${KBCTL_PREFIX=@PREFIX@}"
: "${KBCTL_LANG:=@LANGUAGE@}"
: "${KBCTL_REPORTS:=}"
export KBCTL_LANG

what=${1:-}
case "$what" in
  change | published | report) ;;
  *)
    echo "sh kbctl-ci.sh change|published|report [DIRECTORY]" >&2
    exit 2
    ;;
esac
if ! repo=$(cd "${2:-.}" && git rev-parse --show-toplevel 2>/dev/null); then
  echo @NO_REPOSITORY@ >&2
  exit 2
fi
# Without KBCTL_REPORTS what is found is only printed.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
reports=${KBCTL_REPORTS:-$work/reports}
mkdir -p "$reports"
reports=$(cd "$reports" && pwd)

base=refs/heads/$KBCTL_BASE
if git -C "$repo" remote get-url origin >/dev/null 2>&1; then
  base=refs/remotes/origin/$KBCTL_BASE
  @FETCH@
fi

# A work tree of its own: the checkout stays as it is.
trap 'git -C "$source" worktree remove --force "$work/kb" >/dev/null 2>&1; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
source=$repo
case "$what" in
  change) start=HEAD ;;
  *) start=$base ;;
esac
git -C "$source" -c core.hooksPath=/dev/null worktree add --quiet --detach "$work/kb" "$start"
repo=$work/kb
head=$(git -C "$repo" rev-parse HEAD)
@INSTALL@
case "$what" in
  change)
    @CHANGE@
    ;;
  published)
    @PUBLISHED@
    ;;
  report)
    @REPORT@
    ;;
esac
