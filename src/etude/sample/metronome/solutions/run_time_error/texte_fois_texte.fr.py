bars = int(input())
beats = input()
for bar in range(1, bars + 1):
    print(bar, "TOC" + " tic" * beats)
