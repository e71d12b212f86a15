SCALE = ["do", "ré", "mi", "fa", "sol", "la", "si"]


def rising(first: str, count: int) -> list[str]:
    start = SCALE.index(first)
    return [SCALE[(start + i) % 7] for i in range(count)]


print(" ".join(rising(input(), 8)))
