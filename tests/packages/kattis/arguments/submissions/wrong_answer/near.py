import sys
x, w = open(sys.argv[1]).read().split()
print(float(x) + 0.05, w)
