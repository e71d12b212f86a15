"""Courses, sections, the roster, the class table."""
