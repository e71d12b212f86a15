# input() donne toujours un texte ; int(…) en fait un nombre entier.
mesures = int(input())
temps_par_mesure = int(input())
tempo = int(input())

# À vous : calculez la durée en secondes, puis séparez minutes et secondes.
minutes = 0
secondes = 0

print(minutes, "min", secondes, "s")
