# What has lapsed or is about to. Add --fail-on expired where that should alarm somebody.
"$KBCTL_BIN/kbctl" expire-report --at HEAD --format html --output "$reports/expiry.html" --force
@MUTE@
"$KBCTL_BIN/kbctl" expire-report --at HEAD
@UNMUTE@
