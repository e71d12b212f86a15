"""See `dmoj.utils.unicode`."""
