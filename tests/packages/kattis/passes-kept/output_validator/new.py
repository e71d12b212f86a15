"""Whatever was said in an earlier pass may not be said again: only the feedback folder knows."""

import os
import sys

number, folder = int(open(sys.argv[1]).read()), sys.argv[3]
said = sys.stdin.read().split()
if os.path.exists(folder + "nextpass.in"):
    sys.exit(1)
with open(folder + "heard.txt", "a+") as heard:
    heard.seek(0)
    before = heard.read().split()
    heard.write(" ".join(said) + "\n")
with open(folder + "judgemessage.txt", "a") as message:
    message.write(f"{number}: {said}\n")
if len(said) != 1 or said[0] in before:
    sys.exit(43)
if len(before) < 3:
    with open(folder + "nextpass.in", "w") as file:
        file.write(f"{number + 1}\n")
sys.exit(42)
