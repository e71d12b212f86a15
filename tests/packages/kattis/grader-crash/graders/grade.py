import sys

print("AC 100")
sys.exit(1)
