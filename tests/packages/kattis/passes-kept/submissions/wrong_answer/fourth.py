print("word" + str(int(input()) % 3))
