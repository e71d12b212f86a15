bars = int(input())
beats = int(input())
bar = 1
while bar <= bars:
    print(bar, "TOC" + " tic" * (beats - 1))
