"""Étude: a self-hosted classroom for hands-on activities."""

from __future__ import annotations

__version__ = "0.1.0"
