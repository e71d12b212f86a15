total = 0
for number in input().split():
    total += int(number)
print(total)
