#!/bin/sh
# The main job on the shipped knowledge base: validate it, search it, show an answer, print the bank's papers.
# Pinned to one day, because the sample's entries expire like a real bank's do.
set -eu
: "${TODAY:=2026-11-21}"
export KBCTL_TODAY="$TODAY"
OUT=.demo
mkdir -p "$OUT"

step() {
  printf '\n$ %s\n' "$*"
  "$@"
}

echo "kbctl demo, as of $TODAY / 演示，以 $TODAY 为准"
step kbctl validate --fail-on error
step kbctl search 大额存单多少钱起存 -n 3
step kbctl search 社保卡怎么激活 --branch dongcheng-branch -n 2
step kbctl show card-loss-report --section 服务流程
step kbctl search-test
step kbctl expire-report --format html --output "$OUT/expiry.html" --force
step kbctl notice hongyun-cd fixed-deposit call-deposit --format docx --output "$OUT/notice.docx" --force
step kbctl contacts --format xlsx --output "$OUT/contacts.xlsx" --force
step kbctl table export outlets --format xlsx --output "$OUT/outlets.xlsx" --force

printf '\nThe papers are in %s/ / 文档在 %s/：\n' "$OUT" "$OUT"
ls "$OUT"
