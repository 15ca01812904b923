#!/bin/sh
# The main job on the shipped knowledge base: validate it, search it, show an answer.
# Pinned to one day, because the sample's entries expire like a real bank's do.
set -eu
: "${TODAY:=2026-11-21}"
export KBCTL_TODAY="$TODAY"

step() {
  printf '\n\033[1m$ %s\033[0m\n' "$*"
  "$@"
}

echo "kbctl demo, as of $TODAY / 演示，以 $TODAY 为准"
step kbctl validate --fail-on error
step kbctl search 大额存单多少钱起存
step kbctl search 社保卡怎么激活 --branch dongcheng-branch
step kbctl show card-loss-report --section 服务流程
step kbctl search-test
