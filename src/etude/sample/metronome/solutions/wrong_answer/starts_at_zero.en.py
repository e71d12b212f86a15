bars = int(input())
beats = int(input())
for bar in range(bars):
    print(bar, "TOCK" + " tick" * (beats - 1))
