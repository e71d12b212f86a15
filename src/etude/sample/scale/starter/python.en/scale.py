scale = ["do", "re", "mi", "fa", "sol", "la", "ti"]
note = input()

# The place of the note in the list: 0 for do, 1 for re…
start = scale.index(note)

# Your turn: eight notes, not just one.
print(scale[start])
