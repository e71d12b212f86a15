scale = ["do", "re", "mi", "fa", "sol", "la", "ti"]
start = scale.index(input())
notes = []
for i in range(8):
    notes.append(scale[start + i])
print(" ".join(notes))
