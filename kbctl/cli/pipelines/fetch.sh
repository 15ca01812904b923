if [ "$(git -C "$repo" rev-parse --is-shallow-repository)" = true ]; then
  git -C "$repo" fetch --quiet --no-tags --unshallow origin
fi
git -C "$repo" fetch --quiet --no-tags origin "+refs/heads/$KBCTL_BASE:refs/remotes/origin/$KBCTL_BASE"
