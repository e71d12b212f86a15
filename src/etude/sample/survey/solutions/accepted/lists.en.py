import sys

choices = []
for line in sys.stdin:
    if line.strip() == "end":
        break
    choices.append(line.strip().lower())
for choice in sorted(set(choices)):
    print(choice, choices.count(choice))
print("total", len(choices))
