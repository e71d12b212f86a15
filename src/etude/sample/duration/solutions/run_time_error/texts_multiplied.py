bars = input()
beats = input()
tempo = input()
total = bars * beats * 60 // tempo
print(total // 60, "min", total % 60, "s")
