print({{factor}} * int(input()))
