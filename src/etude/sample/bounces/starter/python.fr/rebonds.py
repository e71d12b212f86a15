hauteur = int(input())
pourcentage = int(input())
rebonds = 0

# À vous : répétez tant que la balle remonte assez haut.

print(rebonds)
