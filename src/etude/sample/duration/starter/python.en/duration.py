# input() always gives a text; int(…) makes a whole number of it.
bars = int(input())
beats_per_bar = int(input())
tempo = int(input())

# Your turn: work out the time in seconds, then split it into minutes and seconds.
minutes = 0
seconds = 0

print(minutes, "min", seconds, "s")
