def est_bissextile(y)
    return y % 4 == 0 and y % 100 != 0 or y % 400 == 0


def moyenne(values):
    if not values:
        return 0
    return sum(values) / len(values)


def initiales(name):
    return " ".join(word[0].upper() + "." for word in name.split())
