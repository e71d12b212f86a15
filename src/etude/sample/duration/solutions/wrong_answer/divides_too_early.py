bars = int(input())
beats = int(input())
tempo = int(input())
total = bars * beats // tempo * 60
print(total // 60, "min", total % 60, "s")
