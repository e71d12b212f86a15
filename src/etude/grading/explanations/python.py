"""Python's errors."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="python",
    rules=(
        (
            r"^NameError: name '(?P<name>[^']+)' is not defined\. Did you mean: '(?P<other>[^']+)'",
            _("The name “%(name)s” is not known here. Should it be “%(other)s”?"),
        ),
        (r"^NameError: name '(?P<name>[^']+)'", faults.NAME),
        (
            r"^UnboundLocalError: [^']*'(?P<name>[^']+)'",
            _(
                "In this function “%(name)s” is a variable of its own, and it has no value yet: "
                "give it one, or receive it as a parameter."
            ),
        ),
        (
            r"^(?:turtle\.)?TurtleGraphicsError: the turtle of this console has no (?P<name>\w+)\(\)",
            _(
                "The turtle of this console draws, but it knows no “%(name)s”: "
                "keys, clicks and timers are not among its calls."
            ),
        ),
        (r"^ZeroDivisionError", faults.ZERO),
        (r"^IndexError: .*(?:list|tuple|string|bytearray|range object).* index", faults.INDEX),
        (r"^KeyError: (?P<key>.+)", faults.KEY),
        (
            r"^AttributeError: 'NoneType' object has no attribute '(?P<name>[^']+)'",
            _(
                "“.%(name)s” is asked of None, that is of nothing: "
                "what stands before the dot got no value, perhaps from a function without return."
            ),
        ),
        (r"^AttributeError: '(?P<type>[^']+)' object has no attribute '(?P<name>[^']+)'", faults.MEMBER),
        (
            r"^AttributeError: module '(?P<type>[^']+)' has no attribute '(?P<name>[^']+)'",
            _(
                "The module “%(type)s” has nothing named “%(name)s”: check the spelling, "
                "and that no file of yours has the module’s name."
            ),
        ),
        (
            r'^TypeError: can only concatenate str \(not "(?P<given>[^"]+)"\) to str',
            _("A text can only be joined to a text, and this is “%(given)s”: write str(…) around it."),
        ),
        (
            (
                r"^TypeError: unsupported operand type\(s\) for (?P<operator>[^:]+): "
                r"'(?P<left>[^']+)' and '(?P<right>[^']+)'"
            ),
            faults.OPERANDS,
        ),
        (
            (
                r"^TypeError: '(?P<operator>[^']+)' not supported between instances of "
                r"'(?P<left>[^']+)' and '(?P<right>[^']+)'"
            ),
            faults.OPERANDS,
        ),
        (
            r"^TypeError: '(?P<type>[^']+)' object is not callable",
            _(
                "A value of type “%(type)s” is no function: "
                "take away the brackets after it, or see whether a variable has a function’s name."
            ),
        ),
        (r"^TypeError: (?P<name>[^ ()]+)\(\) missing \d+ required", faults.FEW),
        (r"^TypeError: (?P<name>[^ ()]+)\(\) takes .+ but \d+ (?:was|were) given", faults.MANY),
        (
            r"^TypeError: (?:'NoneType' object is not (?:iterable|subscriptable)|cannot unpack non-iterable NoneType)",
            _("This is None, that is nothing, where a list or the like is wanted: perhaps a function without return."),
        ),
        (
            r"^TypeError: '(?P<type>[^']+)' object is not subscriptable",
            _("A value of type “%(type)s” has no elements: square brackets after it mean nothing."),
        ),
        (
            r"^TypeError: '(?P<type>[^']+)' object is not iterable",
            _("A value of type “%(type)s” cannot be gone through by a loop: perhaps range(…) is missing around it."),
        ),
        (
            r"^TypeError: '(?P<type>[^']+)' object does not support item assignment",
            _("The elements of a “%(type)s” cannot be changed: make a new one."),
        ),
        (
            r"^ValueError: (?:invalid literal for int\(\)[^:]*|could not convert string to float): '(?P<text>.*)'",
            faults.NO_NUMBER,
        ),
        (
            r"^ValueError: (?:too many|not enough) values to unpack",
            _("There are not as many values on the right of = as there are names on the left."),
        ),
        (
            r"^ModuleNotFoundError: No module named '(?P<name>[^']+)'",
            _("There is no module named “%(name)s” here: check how it is spelt."),
        ),
        (
            r"^ImportError: cannot import name '(?P<name>[^']+)' from '(?P<module>[^']+)'",
            _("The module “%(module)s” has nothing named “%(name)s”: check how it is spelt."),
        ),
        (r"^RecursionError", faults.RECURSION),
        (r"^FileNotFoundError: \[Errno 2\] [^:]*: '(?P<name>[^']+)'", faults.FILE),
        (r"^AssertionError", faults.ASSERTION),
        (
            r"^IndentationError: expected an indented block",
            _("The line above ends with a colon: what belongs to it must begin further to the right."),
        ),
        (r"^IndentationError: unexpected indent", _("The line begins too far to the right.")),
        (
            r"^IndentationError: unindent does not match",
            _(
                "The line begins neither below the block above nor below an earlier one: "
                "align it with the lines that it belongs to."
            ),
        ),
        (r"^TabError", _("Tabs and spaces are mixed at the beginning of the lines: use spaces only.")),
        (r"^SyntaxError: expected ':'", _("A colon is missing at the end of this line.")),
        (r"^SyntaxError: '(?P<bracket>[^']+)' was never closed", _("The bracket “%(bracket)s” is never closed.")),
        (
            r"^SyntaxError: (?:unmatched|closing parenthesis) '(?P<bracket>[^']+)'",
            _(
                "The bracket “%(bracket)s” closes nothing: it is one too many, or of "
                "another kind than the one that was opened."
            ),
        ),
        (r"^SyntaxError: unterminated (?:f-string|triple-quoted|string)", faults.QUOTE),
        (r"^SyntaxError: (?:invalid syntax\. Maybe you meant '==' or ':='|expected ':', not '=')", faults.EQUALS),
        (r"^SyntaxError: cannot assign to", faults.ASSIGNED),
        (
            r"^SyntaxError: Missing parentheses in call to '(?P<name>[^']+)'",
            _("Brackets are missing: write %(name)s(…)."),
        ),
        (r"^SyntaxError: 'return' outside function", faults.RETURN_OUTSIDE),
        (r"^SyntaxError: leading zeros in decimal", _("A number does not begin with 0.")),
        (
            r"^SyntaxError: (?:'break' outside loop|'continue' not properly in loop)",
            _("break and continue only have a meaning inside a loop: look at the indentation."),
        ),
        (
            r"^SyntaxError: invalid (?:non-printable )?character",
            _("A character of this line is none that Python knows: type it again with the keyboard."),
        ),
        (
            r"^SyntaxError: (?:f-string: )?(?:invalid syntax|expected|Did you|Perhaps)",
            _(
                "Python does not understand this line: look for what is missing or too "
                "much, here or at the end of the line above."
            ),
        ),
    ),
)
