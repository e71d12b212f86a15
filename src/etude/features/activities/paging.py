"""Which page of a list the address asks for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list of known length, counted from 1."""

    number: int
    count: int
    per_page: int

    @property
    def offset(self) -> int:
        """How many rows are on the pages before."""
        return (self.number - 1) * self.per_page

    @classmethod
    def of_request(cls, name: str, rows: int, per_page: int) -> Page:
        """Return the page that the address asks for by this name; beyond the last, the last."""
        count = max(1, -(-rows // per_page))
        wanted = request.args.get(name, 1, type=int)
        return cls(min(max(1, wanted), count), count, per_page)
