what, *rest = input().split()
low, high = 1, 100
if what == "told":
    low = high = int(rest[0])
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    said = input()
    if said == "right":
        break
    low, high = (low, guess - 1) if said == "lower" else (guess + 1, high)
