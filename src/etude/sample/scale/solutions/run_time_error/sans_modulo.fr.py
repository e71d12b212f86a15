scale = ["do", "ré", "mi", "fa", "sol", "la", "si"]
start = scale.index(input())
notes = []
for i in range(8):
    notes.append(scale[start + i])
print(" ".join(notes))
