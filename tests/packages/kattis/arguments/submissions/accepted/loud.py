import sys
text = open(sys.argv[1]).read()
print(text if "xyz" in text else text.upper())
