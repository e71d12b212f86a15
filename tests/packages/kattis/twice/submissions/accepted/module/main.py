from doubling import twice
print(twice(int(input())))
