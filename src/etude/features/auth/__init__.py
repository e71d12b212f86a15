"""Accounts: signing in and out, the first admin, passwords, sessions."""
