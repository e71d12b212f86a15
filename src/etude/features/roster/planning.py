"""What an import would make: each name new, there already, or known in the school. Nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from etude.models import Section, User
from etude.models.course import roster
from etude.models.user import fold_login, sort_key
from etude.models.user.operations import login_stem, number_login

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from etude.features.roster.reading import FaultyLine, NameLine, Reading

NEW = "new"
"""The choice of a new account for a name that the school knows already."""


class Fate(StrEnum):
    """What becomes of a name."""

    CREATED = "created"
    PRESENT = "present"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class PlannedName:
    """One name and what becomes of it.

    `login` is that of the account which is there (PRESENT), else that of the account which would be made.
    `known` are the accounts of this name in the school that are not in the course, as (id, login).
    """

    line: NameLine
    fate: Fate
    login: str
    known: tuple[tuple[int, str], ...] = ()
    is_homonym: bool = False

    @property
    def choice(self) -> str:
        """The choice that is made unless the teacher makes another: the one account of this name, else a new one."""
        return str(self.known[0][0]) if len(self.known) == 1 else NEW


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would make."""

    names: tuple[PlannedName, ...]
    faults: tuple[FaultyLine, ...]
    new_sections: tuple[str, ...]
    is_cut: bool = False

    @property
    def digest(self) -> str:
        """What is compared when the plan is confirmed: the same digest makes exactly what was shown."""
        rows = [
            [n.line.number, n.line.given_name, n.line.family_name, n.line.section, n.fate, n.login, n.known]
            for n in self.names
        ]
        text = json.dumps([rows, self.new_sections], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def having(self, fate: Fate) -> list[PlannedName]:
        """Return the names of one fate."""
        return [name for name in self.names if name.fate == fate]

    @property
    def makes_nothing(self) -> bool:
        """Tell whether there is nothing to confirm."""
        return all(name.fate is Fate.PRESENT for name in self.names)


def make_plan(session: Session, course_id: int, reading: Reading) -> Plan:
    """Return what importing these names into a course would make, as the database stands."""
    keys = [sort_key(line.family_name, line.given_name) for line in reading.names]
    members = roster.get_member_ids(session, course_id)
    accounts: dict[str, list[User]] = {}
    for user in roster.get_by_sort_keys(session, keys):
        accounts.setdefault(user.sort_key, []).append(user)
    taken = User.get_logins_like_any(session, {login_stem(n.given_name, n.family_name) for n in reading.names})
    present = {key: [u for u in users if u.id in members] for key, users in accounts.items()}
    known = {key: [u for u in users if u.id not in members] for key, users in accounts.items()}
    times = Counter(keys)
    names = []
    for line, key in zip(reading.names, keys, strict=True):
        is_homonym = times[key] + len(known.get(key, [])) > 1 or len(present.get(key, [])) > 1
        if here := present.get(key):
            names.append(PlannedName(line, Fate.PRESENT, here.pop(0).login, (), is_homonym))
            continue
        login = number_login(login_stem(line.given_name, line.family_name), taken)
        taken.add(fold_login(login))
        # Of two lines of one name only the first can be the account that is known: the second is somebody else.
        others = tuple((u.id, u.login) for u in known.pop(key, []))
        names.append(PlannedName(line, Fate.KNOWN if others else Fate.CREATED, login, others, is_homonym))
    sections = {section.name for section in Section.get_for_course(session, course_id)}
    new_sections = dict.fromkeys(line.section for line in reading.names if line.section not in {"", *sections})
    return Plan(tuple(names), reading.faults, tuple(new_sections), reading.is_cut)


def homonym_ids(users: Sequence[User]) -> set[int]:
    """Return the ids of those who share their name with another of them: they are told apart by section and login."""
    times = Counter(user.sort_key for user in users)
    return {user.id for user in users if times[user.sort_key] > 1}
