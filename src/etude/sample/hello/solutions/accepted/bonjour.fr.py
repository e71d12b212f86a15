prenom = input()
print(f"Bonjour, {prenom} !")
