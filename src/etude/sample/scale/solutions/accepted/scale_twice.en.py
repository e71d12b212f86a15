scale = ["do", "re", "mi", "fa", "sol", "la", "ti"]
twice = scale + scale
start = scale.index(input())
for note in twice[start : start + 8]:
    print(note, end=" ")
