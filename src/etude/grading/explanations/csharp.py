"""What Mono's compiler and runtime say."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="csharp",
    rules=(
        (r"^CS0103: The name `Console'", _("Console belongs to System: write “using System” at the top.")),
        (r"^CS0103: The name `(?P<name>[^']+)'", faults.NAME),
        (r"^CS0246: .*`(?P<name>[^']+)' could not be found", faults.NO_TYPE),
        (
            r"^CS(?:0117|1061): (?:Type )?`(?P<type>[^']+)' does not contain a definition for `(?P<name>[^']+)'",
            faults.MEMBER,
        ),
        (r"^CS1525: Unexpected symbol `end-of-file'", faults.END),
        (r"^CS1525: .* expecting `(?P<bracket>[\])}])'", faults.BRACKET),
        (r"^CS(?:1525|1002|1003)", faults.SEMICOLON),
        (r"^CS1513", faults.END),
        (r"^CS1022|^CS8025", faults.TOO_MANY_BRACES),
        (r"^CS(?:1010|1039)", faults.QUOTE),
        (r"^CS0029: Cannot implicitly convert type `int' to `bool'", faults.EQUALS),
        (r"^CS0266: Cannot implicitly convert type `(?P<given>[^']+)' to `(?P<wanted>[^']+)'", faults.LOSSY),
        (r"^CS0029: Cannot implicitly convert type `(?P<given>[^']+)' to `(?P<wanted>[^']+)'", faults.CONVERT),
        (r"^CS1503: .*convert `(?P<given>[^']+)' expression to type `(?P<wanted>[^']+)'", faults.CONVERT),
        (r"^CS0161", faults.NO_RETURN),
        (r"^CS0165: Use of unassigned local variable `(?P<name>[^']+)'", faults.UNSET),
        (r"^CS(?:0128|0136): .*named `(?P<name>[^']+)'", faults.TWICE),
        (r"^CS0120: .*member `(?P<name>[^'(]+)", faults.STATIC),
        (r"^CS1501: No overload for method `(?P<name>[^']+)'", faults.ARGUMENTS),
        (r"^CS7036: .*`(?P<name>[^'(]+)", faults.ARGUMENTS),
        (r"^CS1502: The best overloaded method match for `(?P<name>[^'(]+)", faults.ARGUMENTS),
        (r"^CS0019: Operator `(?P<operator>[^']+)' .*type `(?P<left>[^']+)' and `(?P<right>[^']+)'", faults.OPERANDS),
        (r"^CS0122: `(?P<name>[^']+)'", faults.PRIVATE),
        (r"^CS0131", faults.ASSIGNED),
        (r"^CS5001", faults.NO_MAIN),
        (r"^CS0201", _("This line does nothing: perhaps = is missing, or brackets after a method’s name.")),
        (r"IndexOutOfRangeException|ArgumentOutOfRangeException: Index", faults.INDEX),
        (r"NullReferenceException", faults.NULL),
        (r"DivideByZeroException", faults.ZERO),
        (r"FormatException", faults.NOT_A_NUMBER),
        (r"ArgumentNullException", _("A method is given nothing (null): perhaps there was no more input to read.")),
        (r"OverflowException: Value was either too large", _("The number that was read is too large for its type.")),
        (r"KeyNotFoundException: .*'(?P<key>.*)'", faults.KEY),
        (r"InvalidCastException", faults.CAST),
        (r"StackOverflowException", faults.RECURSION),
        (r"FileNotFoundException: .*\"(?:/box/)?(?P<name>[^\"]+)\"", faults.FILE),
        (r"InvalidOperationException: Collection was modified", faults.CHANGED),
    ),
)
