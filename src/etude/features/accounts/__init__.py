"""Accounts of the school, for the admin: people, invitations, locks, the school’s own settings."""
