"""Pages that need no account, the built files, and the health of the process."""
