"""Every attack is stopped, whoever runs Étude, and leaves no process behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conditions import marks_of
from tests.hostile.attacks import ATTACKS
from tests.hostile.attacks_on_reduced import NOT_STOPPED, REDUCED

# The suite's own last words: nothing is left of it, and the next honest answer is right in its usual CPU time.
NAMES = [
    *(pytest.param(a.name, marks=marks_of(a.language)) for a in ATTACKS),
    "the next honest answer",
    "what the suite leaves behind",
]
REDUCED_NAMES = [*NAMES, *(attack.name for attack in REDUCED)]
EXPLANATION = Path(__file__).parents[2] / "docs" / "explanation" / "jail.md"


@pytest.mark.parametrize("name", NAMES)
def test_attack_is_stopped_in_a_jail_of_an_ordinary_user(name, unprivileged_results):
    found = unprivileged_results[name]

    assert found["stopped"], found["record"]
    assert found["left"] == 0


@pytest.mark.root
@pytest.mark.parametrize("name", NAMES)
def test_attack_is_stopped_in_a_jail_that_root_made(name, root_results):
    found = root_results[name]

    assert found["stopped"], found["record"]
    assert found["left"] == 0


@pytest.mark.long
@pytest.mark.root
@pytest.mark.parametrize("name", NAMES)
def test_attack_is_stopped_where_root_has_no_user_namespaces(name, lonely_root_results):
    found = lonely_root_results[name]

    assert found["stopped"], found["record"]
    assert found["left"] == 0


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_attack_is_stopped_where_no_compiler_builds_the_helper(name, helperless_results):
    found = helperless_results[name]

    assert found["stopped"], found["record"]
    assert found["left"] == 0


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_attack_is_stopped_in_a_jail_inside_of_bubblewrap(name, enclosed_results):
    found = enclosed_results[name]

    assert found["stopped"], found["record"]
    assert found["left"] == 0


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_attack_is_stopped_on_the_terminal_of_a_console(name, terminal_results):
    found = terminal_results[name]

    assert found["stopped"], found["record"]
    assert found["left"] == 0


@pytest.mark.long
@pytest.mark.landlock
@pytest.mark.parametrize("name", REDUCED_NAMES)
def test_attack_is_stopped_in_the_reduced_tier_or_said_not_to_be(name, reduced_results):
    found = reduced_results[name]

    assert found["stopped"] or name in NOT_STOPPED, found["record"]
    assert found["left"] == 0


@pytest.mark.long
@pytest.mark.landlock
@pytest.mark.root
@pytest.mark.parametrize("name", REDUCED_NAMES)
def test_attack_is_stopped_in_the_reduced_tier_of_root_or_said_not_to_be(name, reduced_root_results):
    found = reduced_root_results[name]

    assert found["stopped"] or name in NOT_STOPPED, found["record"]
    assert found["left"] == 0


@pytest.mark.parametrize("name", NOT_STOPPED)
def test_what_the_reduced_tier_does_not_stop_is_in_the_docs(name):
    told = EXPLANATION.read_text(encoding="utf-8")

    assert f"| {NOT_STOPPED[name]} |" in told
    assert any(attack.name == name for attack in ATTACKS)


def test_names_of_attacks_are_unique_and_there_are_many():
    names = [attack.name for attack in [*ATTACKS, *REDUCED]]

    assert len(set(names)) == len(names) > 100
