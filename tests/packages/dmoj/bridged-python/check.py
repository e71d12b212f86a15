import sys

assert sys.argv[1] == 'two words', sys.argv
answer, output = (open(name).read().split() for name in sys.argv[2:])
sys.exit(0 if answer == output else 1)
