print("three", flush=True)
input()
