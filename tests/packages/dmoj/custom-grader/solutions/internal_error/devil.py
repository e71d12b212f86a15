print(999, flush=True)
input()
