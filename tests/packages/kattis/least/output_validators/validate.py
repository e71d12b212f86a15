"""A multiple of the input is right; what is above the input itself is lost, one for each time."""
import pathlib
import sys

number = int(pathlib.Path(sys.argv[1]).read_text())
said = int(sys.stdin.read())
times = said // number - 1
(pathlib.Path(sys.argv[3]) / "score.txt").write_text(f"{max(times, 0)}\n")
sys.exit(42 if said % number == 0 and said > 0 else 43)
