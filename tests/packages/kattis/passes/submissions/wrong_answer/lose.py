what, word = input().split()
print(word[0] + "q")
