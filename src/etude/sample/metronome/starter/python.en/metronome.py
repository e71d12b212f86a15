bars = int(input())
beats = int(input())

# Your turn: this loop always prints the same thing, and it begins at 0.
for bar in range(bars):
    print(bar, "TOCK")
