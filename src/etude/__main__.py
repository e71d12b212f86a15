"""`python -m etude`."""

from __future__ import annotations

from etude.cli import main

main()
