low, high = 1, 1000
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    said = input()
    if said == 'OK':
        break
    if said == 'SINKS':
        low = guess + 1
    else:
        high = guess - 1
