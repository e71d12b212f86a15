print('x' * 100_000)
