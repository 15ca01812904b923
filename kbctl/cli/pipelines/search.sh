# Compared with the results that the base keeps, whatever the change says of them.
set --
if git -C "$repo" cat-file -e "$base:${KBCTL_PREFIX}kb/search-baseline.json" 2>/dev/null; then
  git -C "$repo" show "$base:${KBCTL_PREFIX}kb/search-baseline.json" > "$work/search-baseline.json"
  set -- --baseline "$work/search-baseline.json"
fi
"$KBCTL_BIN/kbctl" search-test --at HEAD "$@" || status=1
