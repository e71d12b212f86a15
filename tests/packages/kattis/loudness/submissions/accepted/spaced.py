w = input()
print("\n\n ", w, "\t\n", w.upper(), "\n\n")
