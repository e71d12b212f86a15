"""What javac and the virtual machine say."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="java",
    rules=(
        (
            r"^cannot find symbol: (?:class) (?P<name>\w+)",
            _("The class “%(name)s” is not known: check how it is spelt, or import it at the top."),
        ),
        (r"^cannot find symbol: \w+ (?P<name>[\w.]+)", faults.NAME),
        (
            r"^cannot find symbol",
            _("A name on this line is not known: check how it is spelt, and that it is made (or imported) before."),
        ),
        (r"^package (?P<name>[\w.]+) does not exist", faults.UNUSABLE),
        (r"^';' expected", _("A semicolon is missing.")),
        (r"^'(?P<bracket>[\])}({])'(?: or '[^']+')* expected", faults.BRACKET),
        (r"^reached end of file while parsing", faults.END),
        (r"^class, interface, (?:enum, or record|or enum) expected", faults.TOO_MANY_BRACES),
        (r"^unclosed string literal", faults.QUOTE),
        (r"^incompatible types: possible lossy conversion from (?P<given>.+) to (?P<wanted>.+)", faults.LOSSY),
        (r"^incompatible types: (?P<given>.+) cannot be converted to (?P<wanted>.+)", faults.CONVERT),
        (r"^incompatible types: missing return value|^missing return statement", faults.NO_RETURN),
        (r"^variable (?P<name>\w+) might not have been initialized", faults.UNSET),
        (r"^(?:variable|method|class) (?P<name>\w+)\S* is already defined", faults.TWICE),
        (r"^non-static (?:method|variable) (?P<name>\w+)\S* cannot be referenced", faults.STATIC),
        (
            r"^(?:method|constructor) (?P<name>\w+) in (?:class|interface|enum|record) \S+ cannot be applied",
            faults.ARGUMENTS,
        ),
        (r"^no suitable (?:method|constructor) found for (?P<name>\w+)", faults.ARGUMENTS),
        (r"^unreachable statement", _("This line is never reached: what stands above always leaves before.")),
        (
            r"^unreported exception (?P<name>[\w.]+);",
            _("This can fail with %(name)s: put it into try … catch, or write throws after the method’s name."),
        ),
        (r"^bad operand types? for (?:binary|unary) operator '(?P<operator>[^']+)'", faults.OPERATOR),
        (r"^(?P<name>\S+) has private access", faults.PRIVATE),
        (r"^cannot assign a value to final variable (?P<name>\w+)", faults.CONSTANT),
        (
            r"^<identifier> expected|^illegal start of (?:type|expression)",
            _(
                "This cannot stand here: look whether it is inside a method, and "
                "whether something is missing just before."
            ),
        ),
        (r"^'else' without 'if'", faults.ELSE),
        (r"^not a statement", _("This line does nothing: perhaps = is missing, or brackets after a method’s name.")),
        (r"IndexOutOfBoundsException: Index (?P<index>-?\d+) out of bounds for length (?P<size>\d+)", faults.INDEX_OF),
        (
            r"StringIndexOutOfBoundsException",
            _("The program asks for a character that the text does not have: the first is number 0."),
        ),
        (r"IndexOutOfBoundsException", faults.INDEX),
        (
            r"NullPointerException: .*because \"(?P<name>[^\"]+)\" is null",
            _("“%(name)s” holds nothing (null), and it is used as if it held a value: give it one first."),
        ),
        (r"NullPointerException", faults.NULL),
        (r"ArithmeticException: / by zero", faults.ZERO),
        (r"NumberFormatException: .*For input string: \"(?P<text>.*)\"", faults.NO_NUMBER),
        (r"InputMismatchException", faults.NOT_A_NUMBER),
        (r"ClassCastException", faults.CAST),
        (r"StackOverflowError", faults.RECURSION),
        (r"NegativeArraySizeException", faults.SIZE),
        (r"ConcurrentModificationException", faults.CHANGED),
        (r"(?:FileNotFoundException|NoSuchFileException): (?P<name>[^ ]+)", faults.FILE),
        (r"AssertionError", faults.ASSERTION),
    ),
)
