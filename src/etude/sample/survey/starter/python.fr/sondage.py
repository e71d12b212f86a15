voix = {}

choix = input()
while choix != "fin":
    # À vous : comptez cette voix dans le dictionnaire.
    choix = input()

# À vous : affichez chaque instrument et ses voix, puis le total.
print("total", 0)
