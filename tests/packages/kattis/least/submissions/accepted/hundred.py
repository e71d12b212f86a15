print(100 * int(input()))
