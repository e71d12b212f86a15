scale = ["do", "ré", "mi", "fa", "sol", "la", "si"]
twice = scale + scale
start = scale.index(input())
for note in twice[start : start + 8]:
    print(note, end=" ")
