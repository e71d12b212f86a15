word = input()
print(word if word < 'f' else '?')
