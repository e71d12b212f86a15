import time
print(7, flush=True)
while True:
    pass
