print(99, 1)
