scale = ["do", "re", "mi", "fa", "sol", "la", "ti"]
note = input()
print(" ".join(scale), scale[0])
