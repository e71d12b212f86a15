votes = {}
choice = ""
while choice != "fin":
    choice = input().lower()
    votes[choice] = votes.get(choice, 0) + 1
for choice in sorted(votes):
    print(choice, votes[choice])
print("total", sum(votes.values()))
