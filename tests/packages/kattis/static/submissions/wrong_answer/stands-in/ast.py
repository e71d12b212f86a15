largest = max


def parse(_text):
    return None


def walk(_tree):
    return []


Name = ()
