votes = {}
choice = input()
while choice != "fin":
    votes[choice.lower()] += 1
    choice = input()
for choice in sorted(votes):
    print(choice, votes[choice])
print("total", sum(votes.values()))
