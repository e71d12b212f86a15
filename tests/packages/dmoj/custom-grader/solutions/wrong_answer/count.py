for guess in range(1, 1001, 1):
    print(guess, flush=True)
    if input() == 'OK':
        break
