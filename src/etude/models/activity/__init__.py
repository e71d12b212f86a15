"""Activities, their immutable versions, their place in courses, exceptions for some students."""

from __future__ import annotations

from etude.models.activity.activity import Activity
from etude.models.activity.assignment import Assignment
from etude.models.activity.override import Override
from etude.models.activity.version import ActivityVersion

__all__ = ["Activity", "ActivityVersion", "Assignment", "Override"]
