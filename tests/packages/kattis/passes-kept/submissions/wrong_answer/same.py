print("word")
