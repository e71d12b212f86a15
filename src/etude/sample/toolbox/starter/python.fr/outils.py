def est_bissextile(annee):
    """Renvoyer True si l’année est bissextile."""
    return False


def moyenne(valeurs):
    """Renvoyer la moyenne d’une liste de nombres, 0 si elle est vide."""
    return 0


def initiales(nom):
    """Renvoyer les initiales d’un nom : « Ada Lovelace » donne « A. L. »."""
    return ""


# Pour essayer :
print(est_bissextile(2024))
