mesures = int(input())
temps = int(input())

# À vous : cette boucle affiche toujours la même chose, et commence à 0.
for mesure in range(mesures):
    print(mesure, "TOC")
