"""Two conversations about one secret; in the second one may ask once only, with what one was told at its start."""

import os
import sys

secret = int(open(sys.argv[2]).read())
folder = sys.argv[3]
first = open(sys.argv[1]).read().split()[0] == "search"
print(open(sys.argv[1]).read().strip(), flush=True)
for _turn in range(7 if first else 1):
    line = sys.stdin.readline().strip()
    if not line.isdigit():
        sys.exit(43)
    guess = int(line)
    print("right" if guess == secret else "lower" if secret < guess else "higher", flush=True)
    if guess == secret:
        break
else:
    sys.exit(43)
if first == os.path.exists(folder + "been"):
    sys.exit(1)
open(folder + "been", "w").close()
if first:
    with open(folder + "nextpass.in", "w") as file:
        file.write(f"told {secret ^ 85}\n")
sys.exit(42)
