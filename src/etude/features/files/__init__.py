"""Handed-in files: shown, downloaded, and deleted when nobody has them any more."""
