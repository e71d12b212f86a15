"""The end of what a program printed, for those who come later or come back."""

from __future__ import annotations

KEPT_BYTES = 64 << 10


class Scrollback:
    """The last bytes of an output that may be endless; a place in it is the count of the bytes before.

    `first`: the place at which it begins. One that takes the place of another begins behind its end, so that whoever
    followed the other knows nothing of it yet.
    """

    def __init__(self, kept_bytes: int = KEPT_BYTES, *, first: int = 0) -> None:
        self._kept_bytes = kept_bytes
        self._data = bytearray()
        self._first = self.end = first
        self._last: tuple[int, int, tuple[bytes, bool]] | None = None

    def copy(self) -> Scrollback:
        """Return what it holds now, to which nothing will be added."""
        copied = Scrollback(self._kept_bytes, first=self._first)
        copied._data, copied.end = bytearray(self._data), self.end
        return copied

    @property
    def begin(self) -> int:
        """The place of the first byte that is kept."""
        return self.end - len(self._data)

    def add(self, data: bytes) -> None:
        """Keep what was printed; what is too old is dropped once it is as much again as is kept."""
        self._data += data
        self.end += len(data)
        if len(self._data) > 2 * self._kept_bytes:
            del self._data[: -self._kept_bytes]

    def after(self, place: int) -> tuple[bytes, bool]:
        """Return what was printed after a place, and whether that is the whole of it.

        What begins in the middle begins at a line, so that no half of a letter or a colour stands first. Whoever asks
        the same gets the same bytes: of a class that follows, they are made once.
        """
        if self._last is None or self._last[:2] != (place, self.end):
            self._last = (place, self.end, self._find(place))
        return self._last[2]

    def _find(self, place: int) -> tuple[bytes, bool]:
        if self.begin <= place <= self.end:
            return bytes(self._data[place - self.begin :]), True
        if 0 <= place < self._first == self.begin:
            return bytes(self._data), False
        newline = self._data.find(b"\n")
        return bytes(self._data[newline + 1 :]), False

    def tail(self, size: int) -> bytes:
        """Return the last bytes, at most `size`."""
        return bytes(self._data[-size:])
