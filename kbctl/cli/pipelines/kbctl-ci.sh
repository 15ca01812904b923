#!/bin/sh
@HEADER@
# change     the commit that is checked out, against what is published
# published  what is published
# report     what has lapsed or is about to (for cron)
#
# Keep this file outside of the checkout that it looks at, or run the copy of the base:
#   git show origin/@BASE@:ci/kbctl-ci.sh > /tmp/kbctl-ci.sh && sh /tmp/kbctl-ci.sh change .
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
repo=$(cd "${2:-.}" && git rev-parse --show-toplevel)
reports=${KBCTL_REPORTS:-$(mktemp -d)}
mkdir -p "$reports"
echo "$reports"

base=$KBCTL_BASE
if git -C "$repo" remote get-url origin >/dev/null 2>&1; then
  base=origin/$KBCTL_BASE
  @FETCH@
fi

# A work tree of its own: the checkout stays as it is.
work=$(mktemp -d)
tools=
trap 'git -C "$source" worktree remove --force "$work/kb" >/dev/null 2>&1; rm -rf "$work" "$tools"' EXIT
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
