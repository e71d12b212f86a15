"""What gcc says, and how a C program ends badly."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="c",
    rules=(
        (r"‘(?P<name>[^’]+)’ undeclared", faults.NAME),
        (r"expected .*‘;’ before", faults.SEMICOLON),
        (r"expected .*‘(?P<bracket>[\])}])’", faults.BRACKET),
        (r"at end of input", faults.END),
        (r"missing terminating", faults.QUOTE),
        (
            r"^(?P<name>[^:]+): No such file or directory",
            _("The header “%(name)s” is not to be found: check how it is spelt."),
        ),
        (r"too few arguments to function ‘(?P<name>[^’(]+)", faults.FEW),
        (r"too many arguments to function ‘(?P<name>[^’(]+)", faults.MANY),
        (r"(?:conflicting types for|redeclaration of|redefinition of) ‘(?P<name>[^’]+)’", faults.TWICE),
        (r"unknown type name ‘(?P<name>[^’]+)’", faults.NO_TYPE),
        (r"undefined reference to [`‘]main['’]", faults.NO_MAIN),
        (r"undefined reference to [`‘](?P<name>[^'’]+)['’]", faults.UNWRITTEN),
        (r"‘(?P<type>[^’]+)’ has no member named ‘(?P<name>[^’]+)’", faults.MEMBER),
        (
            r"assignment to expression with array type",
            _("An array cannot be given a value as a whole: fill its elements one by one (strcpy for a text)."),
        ),
        (r"assignment of read-only variable ‘(?P<name>[^’]+)’", faults.CONSTANT),
        (r"lvalue required as left operand", faults.ASSIGNED),
        (r"‘else’ without a previous ‘if’", faults.ELSE),
        (r"void value not ignored", _("This function gives no result: it cannot be used as a value.")),
        (r"^expected .*before", faults.SEMICOLON),
        (
            r"double free|invalid pointer|invalid size",
            _("Memory is given back (free) twice, or was never received from malloc."),
        ),
        (
            r"malloc\(\)|corrupted",
            _("The program wrote outside of the memory that it asked for: look at sizes and indexes."),
        ),
        (
            r"stack smashing detected",
            _("The program wrote past the end of an array of a function: look at sizes and indexes."),
        ),
        (r"Assertion `.*' failed", faults.ASSERTION),
    ),
)
