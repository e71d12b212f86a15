bars = int(input())
beats = int(input())
for bar in range(1, bars + 1):
    line = "TOC"
    for beat in range(beats - 1):
        line = line + " tic"
    print(bar, line)
