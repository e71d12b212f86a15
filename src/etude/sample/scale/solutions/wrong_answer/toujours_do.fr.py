scale = ["do", "ré", "mi", "fa", "sol", "la", "si"]
note = input()
print(" ".join(scale), scale[0])
