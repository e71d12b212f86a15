print("word" + input())
