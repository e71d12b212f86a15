bars = int(input())
beats = int(input())
tempo = int(input())
total = bars * beats * 60 / tempo
print(total // 60, "min", total % 60, "s")
