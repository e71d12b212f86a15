import sys
n = int(open(sys.argv[1]).read())
sys.exit(42 if len(sys.stdin.buffer.read()) == n else 43)
