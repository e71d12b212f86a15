"""The end of what a program printed, for those who come later or come back."""

from __future__ import annotations

KEPT_BYTES = 64 << 10


class Scrollback:
    """The last bytes of an output that may be endless; a place in it is the count of the bytes before."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._data = bytearray()
        self.end = 0

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

        What begins in the middle begins at a line, so that no half of a letter or a colour stands first.
        """
        if self.begin <= place <= self.end:
            return bytes(self._data[place - self.begin :]), True
        newline = self._data.find(b"\n")
        return bytes(self._data[newline + 1 :]), False

    def tail(self, size: int) -> bytes:
        """Return the last bytes, at most `size`."""
        return bytes(self._data[-size:])
