votes = {}
choice = input()
while choice != "end":
    votes[choice] = votes.get(choice, 0) + 1
    choice = input()
for choice in sorted(votes):
    print(choice, votes[choice])
print("total", sum(votes.values()))
