import pathlib
import sys

feedback = pathlib.Path(sys.argv[3])
wanted = int(pathlib.Path(sys.argv[2]).read_text())
said = sys.stdin.read().split()
if said == [str(wanted)]:
    sys.exit(42)
(feedback / "judgemessage.txt").write_text(f"wanted {wanted}, got {' '.join(said)[:40]}\n")
sys.exit(43)
