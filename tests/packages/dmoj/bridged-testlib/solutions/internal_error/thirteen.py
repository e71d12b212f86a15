print(13)
