import time
time.sleep(0.5)
print(2 * int(input()))
