votes = {}

choice = input()
while choice != "end":
    # Your turn: count this vote in the dictionary.
    choice = input()

# Your turn: print each instrument and its votes, then the total.
print("total", 0)
