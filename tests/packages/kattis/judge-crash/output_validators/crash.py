import sys
word = sys.stdin.read().split()[0]
if word == "2":
    sys.exit(42)
if word == "1":
    raise ValueError("the validator of this problem is broken")
sys.exit(0)
