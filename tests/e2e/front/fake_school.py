"""The fake school that the harness serves: what the services hand to the templates, and levers for the tests."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from differ import compare
from markupsafe import Markup

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)

SCALE = '''# Une gamme : do ré mi fa sol la si do
gamme = ["do", "ré", "mi", "fa", "sol", "la", "si"]

def montante(depart: str, combien: int) -> list[str]:
    """Les `combien` notes à partir de `depart`."""
    debut = gamme.index(depart)
    return [gamme[(debut + i) % 7] for i in range(combien)]

note = input("Note de départ ? ")
print(" ".join(montante(note, 8)))
'''
CPP = """#include <iostream>

int main() {
    int a, b;
    std::cin >> a >> b;
    std::cout << a + b << "\\n";
}
"""
STATEMENT = {
    "fr": Markup("""<p>Une gamme de <em>do</em> majeur compte sept notes, puis recommence. Écrivez un programme qui lit
        le nom d’une note et affiche les <strong>huit notes</strong> qui montent à partir d’elle,
        séparées par une espace.</p>
        <table><thead><tr><th scope="col">Saisie</th><th scope="col">Affichage</th></tr></thead>
        <tbody><tr><td><code>do</code></td><td><code>do ré mi fa sol la si do</code></td></tr>
        <tr><td><code>sol</code></td><td><code>sol la si do ré mi fa sol</code></td></tr></tbody></table>
        <p>La note lue est toujours l’une des sept : <q>do</q>, <q>ré</q>, <q>mi</q>, <q>fa</q>, <q>sol</q>,
        <q>la</q> ou <q>si</q>.</p>"""),
    "en": Markup("""<p>A scale of <em>C</em> major counts seven notes, then begins again. Write a program that reads the
        name of a note and prints the <strong>eight notes</strong> that rise from it, separated by a space.</p>
        <table><thead><tr><th scope="col">Input</th><th scope="col">Output</th></tr></thead>
        <tbody><tr><td><code>do</code></td><td><code>do ré mi fa sol la si do</code></td></tr></tbody></table>
        <p>The note read is always one of the seven.</p>"""),
}
HINTS = {
    "fr": [
        Markup("<p>Le reste de la division par 7, <code>% 7</code>, ramène au début de la liste.</p>"),
        Markup("<p>Comptez de 0 à 7 avec <code>range(8)</code>.</p>"),
    ],
    "en": [
        Markup("<p>The remainder of a division by 7, <code>% 7</code>, leads back to the start of the list.</p>"),
        Markup("<p>Count from 0 to 7 with <code>range(8)</code>.</p>"),
    ],
}
FEEDBACK = {"fr": Markup("<p>Une liste se modifie.</p>"), "en": Markup("<p>A list can be changed.</p>")}
QUESTIONS = {
    "fr": [
        "Quel type peut être modifié ?",
        "Lesquels sont des suites ?",
        "Combien font 7 × 6 ?",
        "Le mot qui définit une fonction ?",
    ],
    "en": [
        "Which type can be changed?",
        "Which are sequences?",
        "What is 7 × 6?",
        "The word that defines a function?",
    ],
}
TITLE = {"fr": "Gammes montantes", "en": "Rising scales"}


@dataclass
class School:
    """What the server knows; a test sets the levers and looks at what arrived."""

    user: str = "7"
    name: str = "Adèle Moreau"
    draft_version: int = 3
    draft_files: dict[str, str] = field(default_factory=lambda: {"main.py": SCALE})
    draft_saved_at: datetime = NOW
    saves: list[dict] = field(default_factory=list)
    save_status: int = 200
    stream: str = "on"  # "on", "busy" (503), "silent" (a proxy that keeps everything back)
    judge: threading.Event = field(default_factory=threading.Event)
    compile_error: bool = False
    code_handed_in: list[str] = field(default_factory=list)
    once_used: list[str] = field(default_factory=list)
    files_handed_in: list[list[tuple[str, int]]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    runs: list[dict] = field(default_factory=list)
    run_result: dict = field(default_factory=dict)
    run_done: threading.Event = field(default_factory=threading.Event)
    polls: list[str] = field(default_factory=list)
    secrets_read: int = 0
    isolated: bool = True
    patience_ms: int = 5000
    forced_mode: str = ""
    worker_missing: bool = False
    token: str = "token-1"
    closed_reason: str = ""
    theme: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    rang: threading.Condition = field(default_factory=threading.Condition)


def steps(here: int = 4, count: int = 7) -> list[dict]:
    states = ["completed"] * (here - 1) + ["started"] + ["not_started"] * (count - here)
    return [{"name": str(i + 1), "state": state, "is_here": i + 1 == here} for i, state in enumerate(states)]


def assignment(number: int, lang: str, **more: object) -> dict:
    return {
        "id": number,
        "title": TITLE[lang],
        "language": lang,
        "statement": STATEMENT[lang],
        "points": Decimal(10),
        "due_at": NOW + timedelta(days=11),
        "closes_at": None,
        "late_rule": "",
        "attempts_left": None,
        "closed_reason": "",
        **more,
    }


def _test(name: str, status: str, **more: object) -> dict:
    nothing = dict.fromkeys(("stdin", "printed", "obtained", "stderr", "expected", "diff", "turns", "points"))
    return {
        "name": name,
        "status": status,
        "cpu_ms": 21,
        "message": "",
        "notes": [],
        "stdin_is_cut": False,
        "obtained_is_cut": False,
        "judge_note": "",
        "pictures": (),
        **nothing,
        **more,
    }


def _groups() -> list[dict]:
    want, got = "si do ré mi fa sol la si\n", "si do ré mi fa sol la\n"
    samples = [
        _test("do, 8 notes", "AC", stdin="do\n", obtained="do ré mi fa sol la si do\n"),
        _test("si, 8 notes", "WA", stdin="si\n", expected=want, obtained=got, diff=compare(want, got)),
    ]
    visible = [
        _test("toutes les notes", "WA", stdin="la\n", obtained="La si do ré mi fa sol la\n", notes=["case", "spaces"]),
        _test(
            "fin de ligne",
            "RTE",
            stdin="\n",
            obtained="",
            message="ValueError: '' is not in list",
            stderr='File "main.py", line 6\nValueError',
        ),
    ]
    hidden = [_test("caché 1", "AC", cpu_ms=None), _test("caché 2", "TLE", cpu_ms=None)]
    return [
        {
            "title": "Exemples",
            "about": "",
            "visibility": "sample",
            "depth": 0,
            "is_scored": True,
            "score": Decimal(0),
            "max_score": Decimal(0),
            "tests": samples,
        },
        {
            "title": "Tests",
            "about": "",
            "visibility": "visible",
            "depth": 0,
            "is_scored": True,
            "score": Decimal(0),
            "max_score": Decimal(6),
            "tests": visible,
        },
        {
            "title": "Cachés",
            "about": "",
            "visibility": "hidden",
            "depth": 0,
            "is_scored": True,
            "score": Decimal("2.5"),
            "max_score": Decimal(4),
            "tests": hidden,
        },
    ]


def results(number: int, state: str, *, compile_error: bool = False) -> dict:
    base = {
        "state": state,
        "attempt": number,
        "submitted_at": NOW,
        "url": f"/submissions/{number}",
        "counts": True,
        "results_url": f"/submissions/{number}/results",
        "events_url": f"/events/submissions/{number}",
        "place_in_queue": "2 programmes avant le vôtre." if state == "queued" else "",
        "isolation_note": "",
        "waiting_reason": "",
        "done_count": 2 if state == "judging" else 0,
        "test_count": 6,
        "passed_count": 2,
        "status": "WA",
        "score": Decimal("2.5"),
        "max_score": Decimal(10),
        "late_note": "",
        "extra_note": "",
        "is_best": True,
        "message": "",
        "completed": False,
        "next_url": "",
        "compile": None,
        "groups": _groups() if state == "judged" else [],
        "line_errors": [("main.py", 6, "ValueError: '' is not in list")],
    }
    if state == "judged" and compile_error:
        base |= {
            "status": "CE",
            "groups": [],
            "score": Decimal(0),
            "passed_count": 0,
            "line_errors": [("main.cpp", 5, "expected ‘;’")],
            "compile": {
                "ok": False,
                "output": "main.cpp:5:24: error: expected ‘;’",
                "hints": [{"code": "curly_quote", "line": 5, "character": "”"}],
                "lines": [{"file": "main.cpp", "line": 5, "column": 24, "message": "expected ‘;’ before ‘std’"}],
            },
        }
    return base


def questions(lang: str, answers: dict[str, list[str]]) -> list[dict]:
    """One of each type; marked when there are answers."""
    choices = [("a", "list", True), ("b", "tuple", False), ("c", "str", False)]

    def choice(name: str, value: str, text: str, *, right: bool) -> dict:
        return {
            "value": value,
            "text": Markup(f"<code>{text}</code>"),
            "is_chosen": value in answers.get(name, []),
            "is_correct": right,
            "feedback": FEEDBACK[lang] if right else "",
        }

    def question(number: int, kind: str, **more: object) -> dict:
        name = f"q{number}"
        state = ["right", "partial", "wrong", "right"][number - 1]
        result = {"state": state, "score": Decimal(1), "feedback": "", "expected": ""}
        return {
            "id": f"question-{number}",
            "name": name,
            "type": kind,
            "text": Markup("<p>{}</p>").format(QUESTIONS[lang][number - 1]),
            "points": Decimal(2),
            "value": "".join(answers.get(name, [])),
            "error": "",
            "checks": {},
            "choices": [],
            "result": result if answers else None,
            **more,
        }

    return [
        question(1, "single", choices=[choice("q1", v, t, right=r) for v, t, r in choices]),
        question(2, "multiple", choices=[choice("q2", v, t, right=True) for v, t, _ in choices]),
        question(3, "number"),
        question(4, "text"),
    ]


def upload_versions(picture: str) -> list[dict]:
    """Two versions: one reviewed, with a picture; one with a name as long as names get."""
    nothing = {"view_url": "", "download_url": "/course", "is_image": False, "thumb_url": ""}
    report = nothing | {
        "name": "devoir final — été.pdf",
        "size_text": "1,2 Mo",
        "type_text": "PDF",
        "view_url": "/course",
    }
    photo = nothing | {
        "name": "photo.jpg",
        "size_text": "640 ko",
        "type_text": "image",
        "is_image": True,
        "thumb_url": picture,
    }
    long_name = nothing | {"name": "a" * 120 + ".pdf", "size_text": "1,1 Mo", "type_text": "PDF"}
    review = {
        "score": 8,
        "max_score": 10,
        "comment_html": Markup("<p>Très clair.</p>"),
        "reviewed_at": NOW,
        "reviewer": "M. Roy",
    }
    version = {"submitted_at": NOW, "url": "/course", "is_late": False, "late_note": "", "comment": "", "review": None}
    return [
        version
        | {
            "attempt": 2,
            "is_late": True,
            "comment": "Avec la page qui manquait.",
            "files": [report, photo],
            "review": review,
        },
        version | {"attempt": 1, "files": [long_name]},
    ]
