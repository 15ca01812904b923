"""What good looks like: checks over entries that yield findings. Codes KBnnn are stable and never reused."""
