# The change as it would stand on what is published by now, judged by the settings, schemas and people of the base.
@MUTE@
if ! git -C "$repo" -c core.hooksPath=/dev/null -c commit.gpgSign=false -c user.name=kbctl -c user.email=kbctl@localhost \
    merge --quiet --no-edit "$base"; then
  echo @CONFLICT@ >&2
  exit 1
fi
@UNMUTE@
@SIGNERS@
status=0
"$KBCTL_BIN/kbctl" validate --changed-since "$base" --rules-from "$base" @VALIDATE@ || status=1
"$KBCTL_BIN/kbctl" review verify --base "$base" --head "$head"@SIGNED@ @VERIFY@ || status=1
@MUTE@
rules=$(git -C "$repo" diff --name-only "$base" HEAD -- \
  ":(top,literal)${KBCTL_PREFIX}kb/kb.toml" ":(top,literal)${KBCTL_PREFIX}kb/roles.yaml" \
  ":(top,literal)${KBCTL_PREFIX}kb/organization" ":(top,literal)${KBCTL_PREFIX}kb/calendar" \
  ":(top,literal)${KBCTL_PREFIX}schemas" ":(top,literal)${KBCTL_PREFIX}templates")
if [ -z "$rules" ]; then
  @SEARCH@
else
  echo @RULES_CHANGED@
fi
@UNMUTE@
exit "$status"
