"""Accepts half of a group; the whole is the sum of what is in it, samples left out."""
import sys

kind, *rest = sys.argv[1:]
parts = [line.split() for line in sys.stdin]
assert all(float(score) >= 0 for _verdict, score in parts)
if kind == "half":
    accepted = sum(verdict == "AC" for verdict, _score in parts)
    if 2 * accepted >= len(parts):
        print("AC", float(rest[0]) * accepted / len(parts))
    else:
        print(next(verdict for verdict, _score in parts if verdict != "AC"), 0)
elif parts:
    secret = parts[-1:] if len(parts) == 2 and parts[0][1] == "1.000000" else parts
    wrong = [verdict for verdict, _score in secret if verdict != "AC"]
    print(wrong[0] if len(wrong) == len(secret) else "AC", sum(float(score) for _verdict, score in secret))
