import sys

n = int(sys.argv[1])
given = sys.stdin.read()
if given:
    print(7, 3)
    print(21, file=sys.stderr)
else:
    print(n, 2)
    print(n * 2, file=sys.stderr)
