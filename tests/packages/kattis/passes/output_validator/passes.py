import sys

first = open(sys.argv[1]).read().split()
said = sys.stdin.read().split()
if first[0] == "encode":
    if len(said) != 1 or said[0] == first[1]:
        sys.exit(43)
    open(sys.argv[3] + "nextpass.in", "w").write(f"decode {said[0]}\n")
    sys.exit(42)
sys.exit(42 if said == open(sys.argv[2]).read().split() else 43)
