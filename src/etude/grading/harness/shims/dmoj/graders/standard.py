"""Where graders also find what is in `dmoj.graders`."""

from dmoj.graders import StandardGrader  # type: ignore[import-not-found]  # noqa: F401 # found in the jail only
