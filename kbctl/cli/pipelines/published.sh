# What is published: whether all of it went through the approval flow, and whether answers are still found.
base=HEAD
@SIGNERS@
status=0
"$KBCTL_BIN/kbctl" review verify@BASELINE@@SIGNED_SINCE@ @VERIFY@ || status=1
@MUTE@
@SEARCH@
@UNMUTE@
exit "$status"
