# La ligne que l’on tape est gardée sous le nom « prenom ».
prenom = input()

# À vous : il manque le prénom dans la salutation.
print("Bonjour !")
