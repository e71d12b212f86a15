price = 20
age = int(input())
