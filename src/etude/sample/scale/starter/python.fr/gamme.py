gamme = ["do", "ré", "mi", "fa", "sol", "la", "si"]
note = input()

# La place de la note dans la liste : 0 pour do, 1 pour ré…
debut = gamme.index(note)

# À vous : huit notes, pas une seule.
print(gamme[debut])
