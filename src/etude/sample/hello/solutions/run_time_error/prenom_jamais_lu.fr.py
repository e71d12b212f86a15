print("Bonjour,", prenom, "!")
