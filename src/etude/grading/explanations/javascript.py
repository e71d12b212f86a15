"""What Node says."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="javascript",
    rules=(
        (r"^ReferenceError: (?P<name>\S+) is not defined", faults.NAME),
        (r"^ReferenceError: Cannot access '(?P<name>[^']+)' before initialization", faults.UNSET),
        (
            r"^TypeError: (?P<name>.+) is not a function",
            _("“%(name)s” is no function: check how it is spelt, and what stands before the dot."),
        ),
        (
            (
                r"^TypeError: Cannot (?:read|set) properties of "
                r"(?P<nothing>undefined|null) \((?:reading|setting) '(?P<name>[^']+)'\)"
            ),
            _(
                "“.%(name)s” is asked of something that holds no value "
                "(%(nothing)s): look at what stands before the dot."
            ),
        ),
        (
            r"^TypeError: Assignment to constant variable",
            _("A constant cannot be given another value: make it with let instead of const."),
        ),
        (r"^TypeError: (?P<name>.+) is not iterable", _("“%(name)s” cannot be gone through by a loop: it is no list.")),
        (r"^RangeError: Maximum call stack", faults.RECURSION),
        (r"^RangeError: Invalid array length", faults.SIZE),
        (r"is not valid JSON|^SyntaxError: .* in JSON", _("The text that is read here is no JSON.")),
        (
            r"^Error: Cannot find module '(?P<name>[^']+)'",
            _("There is no module named “%(name)s” here: check how it is spelt."),
        ),
        (r"^SyntaxError: missing \) after", _("“)” is missing, or a comma between two values.")),
        (r"^SyntaxError: Unexpected end of input", faults.END),
        (r"^SyntaxError: Invalid or unexpected token", faults.QUOTE),
        (r"^SyntaxError: Identifier '(?P<name>[^']+)' has already been declared", faults.TWICE),
        (r"^SyntaxError: Unexpected (?:token|identifier|string|number) '?(?P<word>[^']*)", faults.UNEXPECTED),
        (r"^SyntaxError: Missing initializer in const", _("A constant must be given its value where it is made.")),
        (r"^SyntaxError: Invalid left-hand side", faults.ASSIGNED),
        (r"^SyntaxError: await is only valid", _("await only has a meaning inside a function made with async.")),
        (r"^SyntaxError: Illegal return", faults.RETURN_OUTSIDE),
        (r"^Error: (?P<text>.+)", faults.OWN_ERROR),
    ),
)
