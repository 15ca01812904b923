# In a fork, the base would be the fork's own.
if [ "${CI_MERGE_REQUEST_PROJECT_ID:-${CI_PROJECT_ID:-}}" != "${CI_PROJECT_ID:-}" ]; then
  echo @FORKED@ >&2
  exit 1
fi
