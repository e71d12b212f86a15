number = int(input())
while number > 1500:
    pass
print(2 * abs(number))
