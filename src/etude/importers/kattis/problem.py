"""`problem.yaml`, of both formats, and the files that state a time limit beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from etude.content import ContentError
from etude.content.errors import mark as _
from etude.importers.kattis.package import take_keys, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.importers.kattis.package import Source
    from etude.importers.yaml_file import YamlValue

FILE = "problem.yaml"
LEGACY = frozenset({"legacy", "legacy-icpc"})
NEW = re.compile(r"2025-09(?:-draft)?|2023-07(?:-draft)?|draft")
LEGACY_KEYS = (
    "problem_format_version", "type", "name", "uuid", "author", "source", "source_url", "license", "rights_owner",
    "limits", "validation", "validator_flags", "grading", "keywords",
)  # fmt: skip
NEW_KEYS = (
    "problem_format_version", "type", "name", "uuid", "version", "credits", "source", "license", "rights_owner",
    "embargo_until", "limits", "keywords", "languages", "allow_file_writing", "constants",
)  # fmt: skip
LIMIT_KEYS = (
    "memory", "output", "code", "compilation_time", "compilation_memory", "validation_time", "validation_memory",
    "validation_output", "time_limit",
)  # fmt: skip
UNUSED_LIMITS = ("code", "compilation_time", "compilation_memory", "validation_output")
LEGACY_LIMITS = (*LIMIT_KEYS, "time_multiplier", "time_safety_margin")
NEW_LIMITS = (*LIMIT_KEYS, "time_multipliers", "time_resolution", "validation_passes")
GRADING_KEYS = ("objective", "show_test_data_groups", "accept_score", "reject_score", "range", "on_reject")
TYPES = ("pass-fail", "scoring", "multi-pass", "interactive", "submit-answer")
MAX_TIME_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a package asks for; None: it says nothing. Sizes in MiB."""

    time_s: Decimal | None = None
    factor: Decimal = Decimal(5)
    resolution_s: Decimal = Decimal(1)
    memory_mb: int = 2048
    output_mb: int = 8
    validation_time_s: Decimal = Decimal(60)
    validation_memory_mb: int = 2048
    passes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What problem.yaml says. names: by language. languages: Kattis's codes, None for all.

    grading: values that old packages have for all groups of tests. scores_by_validator: it may give a score.
    """

    is_legacy: bool
    types: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    is_custom: bool = False
    scores_by_validator: bool = False
    validator_args: tuple[str, ...] = ()
    grading: Mapping[str, YamlValue] = field(default_factory=dict)
    languages: tuple[str, ...] | None = None
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_scoring(self) -> bool:
        """Whether an answer gets a score beside its verdict."""
        return "scoring" in self.types

    @property
    def is_best_smallest(self) -> bool:
        """Whether a score is better the smaller it is."""
        return self.is_scoring and "objective" in self.grading and self.grading["objective"].text == "min"

    @property
    def is_interactive(self) -> bool:
        """Whether the validator talks with the answer."""
        return "interactive" in self.types


def read_problem(source: Source) -> Problem:
    """Return what problem.yaml says. Raises ContentError with file and line for what cannot be understood."""
    root = source.yaml(FILE)
    if root is None or root.value is None:
        raise ContentError(FILE, "", _("This file is missing or empty."))
    version = root.mapping.get("problem_format_version")
    name = "legacy" if version is None or version.value is None else version.text
    if name in LEGACY:
        return _legacy(source, root)
    if not NEW.fullmatch(name) and version is not None:
        sentence = _("The format “%(name)s” is not known here; legacy, legacy-icpc and 2025-09 are.")
        raise version.error(sentence, name=name)
    return _new(source, root)


def _legacy(source: Source, root: YamlValue) -> Problem:
    keys = take_keys(root, LEGACY_KEYS, source)
    validation = words(keys.get("validation")) or ("default",)
    if validation[0] not in {"default", "custom"}:
        raise keys["validation"].error(_("“%(word)s” is not known here; default and custom are."), word=validation[0])
    kind = keys["type"].text if "type" in keys else "pass-fail"
    if kind not in {"pass-fail", "scoring"}:
        raise keys["type"].error(_("“%(word)s” is no type of problem."), word=kind)
    unknown = set(validation[1:]) - {"score", "interactive", "multi-pass"}
    for word in sorted(unknown):
        source.warn(f"{FILE}:{keys['validation'].line}", _("“%(key)s” is not known here and was left out."), key=word)
    limits = take_keys(keys.get("limits"), LEGACY_LIMITS, source)
    grading = take_keys(keys.get("grading"), GRADING_KEYS, source)
    if "objective" in grading and grading["objective"].text not in {"min", "max"}:
        raise grading["objective"].error(_("Either min or max must stand here."))
    return Problem(
        is_legacy=True,
        types=frozenset([kind, *({"interactive", "multi-pass"} & set(validation[1:]))]),
        names={"": keys["name"].text} if "name" in keys else {},
        limits=_limits(source, limits, Decimal(5)),
        is_custom=validation[0] == "custom",
        scores_by_validator="score" in validation,
        validator_args=words(keys.get("validator_flags")),
        grading=grading,
    )


def _new(source: Source, root: YamlValue) -> Problem:
    keys = take_keys(root, (*NEW_KEYS, "validation", "validator_flags"), source)
    types = frozenset(keys["type"].texts() if "type" in keys else ["pass-fail"])
    for word in sorted(types - set(TYPES)):
        raise keys["type"].error(_("“%(word)s” is no type of problem."), word=word)
    if "submit-answer" in types:
        raise keys["type"].error(
            _("Problems to which the answers are handed in, not a program, cannot be judged here.")
        )
    languages = tuple(keys["languages"].texts()) if "languages" in keys else ("all",)
    constants = keys["constants"].mapping if "constants" in keys else {}
    names = _names(keys.get("name"))
    passes = "multi-pass" in types
    limits = take_keys(keys.get("limits"), (*NEW_LIMITS, "time_multiplier", "time_safety_margin"), source)
    return Problem(
        is_legacy=False,
        types=types,
        names=names,
        limits=_limits(source, limits, Decimal(2), passes=passes),
        is_custom=source.has("output_validator") or source.has("output_validators"),
        scores_by_validator="scoring" in types,
        validator_args=words(keys.get("validator_flags")),
        languages=None if "all" in languages else languages,
        constants={name: value.text for name, value in constants.items()},
    )


def _names(value: YamlValue | None) -> Mapping[str, str]:
    if value is None:
        return {}
    if isinstance(value.value, dict):
        return {language: name.text for language, name in value.mapping.items()}
    return {"en": value.text}


def _limits(source: Source, keys: Mapping[str, YamlValue], factor: Decimal, *, passes: bool = False) -> Limits:
    default = Limits()
    multipliers = take_keys(keys.get("time_multipliers"), ("ac_to_time_limit", "time_limit_to_tle"), source)
    for name in UNUSED_LIMITS:
        if name in keys:
            place = f"{keys[name].file}:{keys[name].line}"
            source.warn(place, _("The limit “%(name)s” has no place here and was left out."), name=name)
    multiplier = multipliers.get("ac_to_time_limit") or keys.get("time_multiplier")
    return Limits(
        time_s=_decimal(keys["time_limit"], MAX_TIME_S) if "time_limit" in keys else _stated_elsewhere(source),
        factor=_decimal(multiplier, 1000) if multiplier is not None else factor,
        resolution_s=_decimal(keys["time_resolution"], 100) if "time_resolution" in keys else default.resolution_s,
        memory_mb=_whole(keys.get("memory"), default.memory_mb, 16, 8192),
        output_mb=_whole(keys.get("output"), default.output_mb, 1, 64),
        validation_time_s=Decimal(_whole(keys.get("validation_time"), 60, 1, MAX_TIME_S)),
        validation_memory_mb=_whole(keys.get("validation_memory"), default.validation_memory_mb, 16, 8192),
        passes=_whole(keys.get("validation_passes"), 2, 2, 100) if passes else 1,
    )


def _decimal(value: YamlValue, most: int) -> Decimal:
    return Decimal(str(value.number(0.001, most)))


def _whole(value: YamlValue | None, default: int, least: int, most: int) -> int:
    """A whole number; one beyond what this system can give is the nearest that it can."""
    return default if value is None else min(max(value.whole(1, 10**9), least), most)


def _stated_elsewhere(source: Source) -> Decimal | None:
    """The time limit of `.timelimit` (Kattis) or `domjudge-problem.ini`; None where neither states one."""
    for path, pattern in (
        (".timelimit", rb"\s*([0-9.]+)"),
        ("domjudge-problem.ini", rb"(?m)^\s*timelimit\s*=\s*['\"]?([0-9.]+)"),
    ):
        found = re.search(pattern, source.files.get(path, b""))
        if found is not None:
            try:
                limit = Decimal(found[1].decode())
            except InvalidOperation:
                raise ContentError(path, "", _("This is no time limit in seconds.")) from None
            if 0 < limit <= MAX_TIME_S:
                return limit
    return None
