def share(wanted, said):
    try:
        found = int(said)
    except ValueError:
        return None
    return max(0.0, 1 - abs(found - int(wanted)) / int(wanted))
