"""`python -m etude.jail`: say in plain words whether programs can be isolated here; exit code 0 or 3."""

from __future__ import annotations

import sys

from .probing import probe


def main() -> int:
    """Print the probe's findings; 3 means that this machine cannot."""
    found = probe()
    lines = [f"Isolation: {found.tier}", found.reason]
    if found.fix:
        lines += ["To allow it, an administrator runs:", f"  {found.fix}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if found.tier == "full" else 3


if __name__ == "__main__":
    sys.exit(main())
