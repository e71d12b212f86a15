bars = int(input())
beats = int(input())
for bar in range(1, bars + 1):
    print(bar, "TOCK" + " tick" * (beats - 1))
