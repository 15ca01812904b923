# Whose signatures count is said by the base, never by the change.
if git -C "$repo" cat-file -e "$base:ci/allowed_signers" 2>/dev/null; then
  git -C "$repo" show "$base:ci/allowed_signers" > "$work/allowed_signers"
  n=${GIT_CONFIG_COUNT:-0}
  export "GIT_CONFIG_KEY_$n=gpg.ssh.allowedSignersFile" "GIT_CONFIG_VALUE_$n=$work/allowed_signers"
  export GIT_CONFIG_COUNT=$((n + 1))
fi
