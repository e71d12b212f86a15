"""Backups: checked copies of database and uploads, which prove their own restore."""
