prenom = input()
print("Bonjour,", prenom, "!")
