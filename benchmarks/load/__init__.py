"""A big school made by a seeded generator, and what is measured on it: `python -m benchmarks.load --help`."""
