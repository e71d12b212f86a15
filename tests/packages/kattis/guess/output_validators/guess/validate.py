import sys

hidden = int(open(sys.argv[1]).read())
for turn in range(20):
    line = sys.stdin.readline()
    try:
        guess = int(line)
    except ValueError:
        open(sys.argv[3] + "judgemessage.txt", "w").write(f"no number: {line!r}")
        sys.exit(43)
    if guess == hidden:
        print("correct", flush=True)
        sys.exit(42)
    print("higher" if guess < hidden else "lower", flush=True)
sys.exit(43)
