bars, beats, tempo = input().split()
total = int(bars) * int(beats) * 60 // int(tempo)
print(total // 60, "min", total % 60, "s")
