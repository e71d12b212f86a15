w = input()
print(w, w, w)
