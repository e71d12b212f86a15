"""What bash says."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="shell",
    rules=(
        (
            r"^(?P<name>\S+): command not found",
            _(
                "There is no command named “%(name)s”: check how it is spelt. "
                "A variable is given a value without spaces around =."
            ),
        ),
        (r"^(?:\w+: )?(?P<name>[^:]+): No such file or directory", faults.FILE),
        (
            r": (?P<name>[^:]+): Is a directory|^(?P<folder>[^:]+): Is a directory",
            _("This is a folder, not a program or a file."),
        ),
        (r"^(?P<name>[^:]+): Permission denied", _("“%(name)s” may not be run or opened.")),
        (r"\[: (?P<text>.*): integer expression expected", faults.NO_NUMBER),
        (
            r"\[: .*(?:unary|binary) operator expected|\[: too many arguments",
            _("A variable in this test is empty or has spaces: write it between double quotes."),
        ),
        (r"\[: missing `\]'", _("“]” is missing: it needs a space before it.")),
        (r"division by 0", faults.ZERO),
        (r"syntax error: (?:operand expected|invalid arithmetic)", _("The calculation is not complete.")),
        (r"^(?P<name>\S+): unbound variable", faults.UNSET),
        (r"^(?P<name>\S+): readonly variable", faults.CONSTANT),
        (r"unexpected EOF while looking for matching `[\"']'", _("A text has no closing quote.")),
        (r"unexpected EOF while looking for matching `(?P<bracket>[^'])'", faults.BRACKET),
        (r"unexpected end of file", _("The script ends too early: fi, done, esac or a closing brace is missing.")),
        (r"syntax error near unexpected token `(?P<word>[^']+)'", faults.UNEXPECTED),
    ),
)
