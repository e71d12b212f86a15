def lire_morceaux(nom_du_fichier):
    """Renvoyer la liste des morceaux : chacun est une liste [titre, nom, durée]."""
    morceaux = []
    with open(nom_du_fichier, encoding="utf-8") as fichier:
        for ligne in fichier:
            morceaux.append(ligne.strip().split(";"))
    return morceaux


def en_secondes(duree):
    """Changer « 3:05 » en 185."""
    # À vous.
    return 0


nom = input()
for morceau in lire_morceaux("morceaux.txt"):
    print(morceau)
