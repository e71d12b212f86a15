"""Bytes and text, whichever of them a checker has."""


def utf8bytes(value: object) -> "bytes | None":
    """Return the value as bytes."""
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode("utf-8")


def utf8text(value: object, errors: str = "strict") -> "str | None":
    """Return the value as text."""
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", errors) if isinstance(value, bytes | bytearray) else str(value)
