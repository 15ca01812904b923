# What is published: whether all of it went through the approval flow, and whether answers are still found.
status=0
"$KBCTL_BIN/kbctl" review verify@BASELINE@ @VERIFY@ || status=1
@MUTE@
"$KBCTL_BIN/kbctl" search-test --at HEAD || status=1
@UNMUTE@
exit "$status"
