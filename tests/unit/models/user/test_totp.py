from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from etude.models.user import totp
from tests.conftest import START

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""“12345678901234567890”, the secret of the test vectors of RFC 6238, appendix B."""


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert totp.find_step(RFC_SECRET, code, at) == seconds // 30


def test_secret_has_the_length_that_the_standard_asks_for() -> None:
    secret = totp.make_secret()

    assert len(secret) == 32
    assert secret != totp.make_secret()


@pytest.mark.parametrize(("off_s", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clock_that_is_half_a_minute_off_is_forgiven(off_s: int, right: bool) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(START + timedelta(seconds=off_s))

    assert (totp.find_step(RFC_SECRET, code, START) is not None) is right


def test_step_of_a_code_tells_whether_it_was_used_already() -> None:
    now = int(START.timestamp()) // totp.STEP_S
    earlier = pyotp.TOTP(RFC_SECRET).at(START - timedelta(seconds=30))

    assert totp.find_step(RFC_SECRET, earlier, START) == now - 1


@pytest.mark.parametrize("typed", ["{0}{1}", " {0}{1} ", "{0} {1}", "{0}-{1}"])
def test_code_is_known_however_it_is_typed(typed: str) -> None:
    code = pyotp.TOTP(RFC_SECRET).at(START)

    assert totp.find_step(RFC_SECRET, typed.format(code[:3], code[3:]), START) is not None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "000000"])
def test_anything_else_is_wrong(typed: str) -> None:
    assert totp.find_step(RFC_SECRET, typed, START) is None


def test_account_without_a_secret_has_no_right_code() -> None:
    assert totp.find_step("", "123456", START) is None


def test_address_for_the_phone_names_school_and_account() -> None:
    address = totp.address(RFC_SECRET, "ada", "École de test")

    assert address.startswith("otpauth://totp/")
    assert f"secret={RFC_SECRET}" in address
    assert "%C3%89tude%20%C3%89cole%20de%20test:ada" in address


@pytest.mark.parametrize(
    ("typed", "is_code"),
    [
        ("123456", True),
        (" 123 456 ", True),
        ("12345", False),
        ("abcde-fghjk", False),
        ("a2345-b67cd", False),
        ("", False),
    ],
)
def test_six_digits_are_a_code_of_a_phone_and_no_recovery_code_is(typed: str, is_code: bool) -> None:
    assert totp.is_code(typed) is is_code
