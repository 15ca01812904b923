# kbctl comes from its package, never from the checkout, and runs outside of it: nothing of a change is imported or run.
if [ -z "${KBCTL_BIN:-}" ]; then
  tools=$(mktemp -d)
  cd "$tools"
  python3 -I -m venv venv
  venv/bin/python -I -m pip install --quiet --disable-pip-version-check "$KBCTL_PACKAGE"
  KBCTL_BIN=$tools/venv/bin
fi
cd /
export KBCTL_ROOT="$repo/$KBCTL_PREFIX"
