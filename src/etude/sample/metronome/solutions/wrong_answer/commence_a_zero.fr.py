bars = int(input())
beats = int(input())
for bar in range(bars):
    print(bar, "TOC" + " tic" * (beats - 1))
