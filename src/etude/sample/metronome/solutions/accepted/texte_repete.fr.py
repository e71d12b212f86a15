bars = int(input())
beats = int(input())
for bar in range(1, bars + 1):
    print(bar, "TOC" + " tic" * (beats - 1))
