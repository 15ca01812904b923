# kbctl comes from its package, never from the checkout, and runs outside of it: nothing of a change is imported or run.
work=${work:-$(mktemp -d)}
if [ -z "${KBCTL_BIN:-}" ]; then
  cd "$work"
  python3 -I -m venv venv
  venv/bin/python -I -m pip install --quiet --disable-pip-version-check "$KBCTL_PACKAGE"
  KBCTL_BIN=$work/venv/bin
fi
cd /
export KBCTL_ROOT="$repo/$KBCTL_PREFIX"
