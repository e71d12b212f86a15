def is_leap_year(y):
    return y % 4 == 0 and y % 100 != 0 or y % 400 == 0


def mean(values):
    return sum(values) / len(values)


def initials(name):
    return " ".join(word[0].upper() + "." for word in name.split())
