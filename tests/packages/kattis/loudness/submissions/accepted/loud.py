w = input()
print(w.upper(), w.upper())
