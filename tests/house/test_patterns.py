"""`docs/reference/patterns.md` repeats headings and bullets of the page that ordered Étude, each with file and test."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT

PATTERNS = ROOT / "docs" / "reference" / "patterns.md"
HEADINGS = (
    "Code Organization",
    "Route Organization",
    "Model Structure",
    "Error Handling",
    "Database Interactions",
    "Query Patterns",
    "Transaction Management",
    "Security Practices",
    "Input Validation",
    "Authentication",
    "Testing Strategy",
    "Unit Testing",
    "Integration Testing",
    "Performance Optimization",
    "Database Optimization",
    "Caching Strategy",
    "Maintenance Procedures",
    "Backup Management",
    "Error Monitoring",
)
BULLETS = (
    "Blueprint-based route separation",
    "Auth routes in auth_routes.py",
    "Activity routes in activity_routes.py",
    "Static pages in static_routes.py",
    "Mixins for common functionality",
    "SoftDeleteMixin for logical deletion",
    "Reusable code",
    "Consistent behavior",
    "Easy maintenance",
    "Centralized error handling with logging",
    "Global error handlers in app.py",
    "Structured logging with different levels",
    "Audit logging for critical operations",
    "SQLAlchemy ORM for all database operations",
    "Class methods for common queries",
    "def get_active(cls)",
    "Context manager for transactions",
    "with db.session.begin():",
    "Form-based validation with WTForms",
    "Server-side validation in forms.py",
    "Client-side validation in templates",
    "Multi-layer security checks",
    "Password hashing with Werkzeug",
    "Failed login tracking",
    "Account locking mechanism",
    "Test each model independently",
    "Model methods",
    "Form validation",
    "Utility functions",
    "Test route functionality",
    "Authentication flow",
    "Activity completion",
    "File uploads",
    "Efficient querying",
    "Use appropriate indexes",
    "Eager loading for relationships",
    "Query optimization",
    "Multi-level caching",
    "Flask-Caching for route responses",
    "Memory caching for frequent queries",
    "Browser caching for static assets",
    "Automated backup system",
    "Daily backups via APScheduler",
    "SSL-enabled transfers",
    "Version control integration",
    "Comprehensive logging",
    "Different log levels",
    "Structured log format",
    "Audit logging",
)


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_heading_of_the_order_is_there(heading: str) -> None:
    assert re.search(rf"^#+ .*{re.escape(heading)}$", PATTERNS.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("bullet", BULLETS)
def test_every_bullet_of_the_order_names_its_file_and_its_test(bullet: str) -> None:
    line = next((row for row in PATTERNS.read_text(encoding="utf-8").splitlines() if bullet in row), "")
    named = re.findall(r"`((?:src|tests|docs|frontend|requirements|\.ci)[^`:]*)", line)

    assert named, f"no line for {bullet!r}"
    assert "NOT YET" in line or any(name.startswith("tests/") for name in named)
    assert not [name for name in named if not (ROOT / name).exists()]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"])
def test_the_files_that_every_project_has_are_there(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()
