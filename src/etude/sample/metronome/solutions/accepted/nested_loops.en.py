bars = int(input())
beats = int(input())
for bar in range(1, bars + 1):
    line = "TOCK"
    for beat in range(beats - 1):
        line = line + " tick"
    print(bar, line)
