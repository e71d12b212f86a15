def is_leap_year(year):
    """Return True if the year is a leap year."""
    return False


def mean(values):
    """Return the mean of a list of numbers, 0 if it is empty."""
    return 0


def initials(name):
    """Return the initials of a name: "Ada Lovelace" gives "A. L."."""
    return ""


# To try it:
print(is_leap_year(2024))
