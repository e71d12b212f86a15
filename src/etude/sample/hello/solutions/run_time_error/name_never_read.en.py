print(f"Hello, {name}!")
