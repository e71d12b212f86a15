"""What g++ says, and how a C++ program ends badly."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="cpp",
    rules=(
        (
            r"‘(?P<name>[^’]+)’ was not declared in this scope; did you mean ‘std::",
            _("“%(name)s” belongs to the standard library: write std::%(name)s, or “using namespace std” above."),
        ),
        (
            (
                r""
                r"‘(?P<name>string|vector|map|set|cout|cin|endl|sort|max|min|swap|pair|queue|stack)’ was not declared"
            ),
            _("“%(name)s” belongs to the standard library: include its header, and write std::%(name)s."),
        ),
        (r"‘(?P<name>[^’]+)’ was not declared in this scope", faults.NAME),
        (
            r"‘(?P<name>[^’]+)’ is not a member of ‘std’",
            _("“std::%(name)s” is not known here: include its header at the top."),
        ),
        (r"‘(?P<name>[^’]+)’ does not name a type", faults.NO_TYPE),
        (r"at end of input", faults.END),
        (r"^expected ‘(?P<bracket>[\])}])’", faults.BRACKET),
        (r"^expected .*‘;’", faults.SEMICOLON),
        (r"missing terminating", faults.QUOTE),
        (
            r"^(?P<name>[^:]+): No such file or directory",
            _("The header “%(name)s” is not to be found: check how it is spelt."),
        ),
        (r"too few arguments to function ‘(?:[^’(]* )?(?P<name>[^’( ]+)\(", faults.FEW),
        (r"too many arguments to function ‘(?:[^’(]* )?(?P<name>[^’( ]+)\(", faults.MANY),
        (r"no matching function for call to ‘(?P<name>[^’(]+)\(", faults.ARGUMENTS),
        (
            (
                r"^(?:cannot convert|invalid conversion from) ‘(?P<given>[^’]+)’(?: "
                r"\{[^}]*\})? to (?:type )?‘(?P<wanted>[^’]+)’"
            ),
            faults.CONVERT,
        ),
        (
            r"no match for ‘operator(?P<operator>>>|<<)’",
            _(
                "%(operator)s does not work between these two: "
                "to print use cout <<, to read use cin >>, and look at the type of the value."
            ),
        ),
        (r"no match for ‘operator(?P<operator>[^’]+)’", faults.OPERATOR),
        (r"(?:conflicting declaration|redeclaration of|redefinition of) ‘(?:[^’]* )?(?P<name>[^’ ]+)’", faults.TWICE),
        (r"‘(?P<type>[^’]+)’ (?:\{[^}]*\} )?has no member named ‘(?P<name>[^’]+)’", faults.MEMBER),
        (r"(?:assignment|increment|decrement) of read-only \w+ ‘(?P<name>[^’]+)’", faults.CONSTANT),
        (r"‘(?:[^’ ]* )?(?P<name>[^’ ]+)’ is (?:private|protected) within", faults.PRIVATE),
        (r"void value not ignored", _("This function gives no result: it cannot be used as a value.")),
        (r"‘else’ without a previous ‘if’", faults.ELSE),
        (r"lvalue required as left operand", faults.ASSIGNED),
        (r"undefined reference to [`‘]main['’]", faults.NO_MAIN),
        (r"undefined reference to [`‘](?P<name>[^'’]+)['’]", faults.UNWRITTEN),
        (r"^expected .*before", faults.SEMICOLON),
        (
            r"^uncaught std::out_of_range: .*substr: .*which is (?P<index>\d+)\).*which is (?P<size>\d+)\)",
            _("substr begins at %(index)s in a text of %(size)s characters."),
        ),
        (r"^uncaught std::out_of_range: .*which is (?P<index>\d+)\).*which is (?P<size>\d+)\)", faults.INDEX_OF),
        (r"^uncaught std::out_of_range: sto", _("The number that was read is too large for its type.")),
        (r"^uncaught std::out_of_range", faults.INDEX),
        (r"^uncaught std::invalid_argument: sto", faults.NOT_A_NUMBER),
        (r"^uncaught (?P<text>.+)", faults.OWN_ERROR),
        (
            r"double free|invalid pointer|invalid size",
            _("Memory is given back (delete) twice, or was never received from new."),
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
