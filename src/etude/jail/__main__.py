"""`python -m etude.jail [--reduced]`: say in plain words whether programs can be isolated here; exit code 0 or 3."""

from __future__ import annotations

import sys

from etude import terminal
from etude.marked import Notice, fill

from .errors import _
from .probing import probe


def main() -> int:
    """Print the probe's findings in the language of the terminal; 3 means that this machine cannot."""
    found = probe(tier="reduced" if sys.argv[1:] == ["--reduced"] else "full")
    lines = [_said(_("Isolation: %(tier)s"), tier=found.tier), _said("%(reason)s", reason=found.reason)]
    if found.fix:
        better = found.tier == "reduced"
        what = _("To have the full isolation:") if better else _("To allow it, an administrator runs:")
        lines += [_said(what), f"  {_said('%(fix)s', fix=found.fix)}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if found.may_judge else 3


def _said(sentence: str, **values: object) -> str:
    locale = terminal.wished_language() or terminal.terminal_language()
    return fill(Notice(sentence, values), lambda text: terminal.translate(text, locale))


if __name__ == "__main__":
    sys.exit(main())
