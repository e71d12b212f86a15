def est_bissextile(annee):
    """Rendre True si l’année est bissextile."""
    return False


def moyenne(valeurs):
    """Rendre la moyenne d’une liste de nombres, 0 si elle est vide."""
    return 0


def initiales(nom):
    """Rendre les initiales d’un nom : « Ada Lovelace » donne « A. L. »."""
    return ""


# Pour essayer :
print(est_bissextile(2024))
