"""Courses, their sections, and who is enrolled in them."""

from __future__ import annotations

from etude.models.course.course import Course
from etude.models.course.enrolment import CourseRole, Enrolment
from etude.models.course.roster_import import RosterImport
from etude.models.course.section import Section
from etude.models.course.source import CourseSource, SourceState

__all__ = ["Course", "CourseRole", "CourseSource", "Enrolment", "RosterImport", "Section", "SourceState"]
