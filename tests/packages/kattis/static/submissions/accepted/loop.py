largest = None  # not the largest by max(), which is only named in this comment
for number in map(int, input().split()):
    if largest is None or number > largest:
        largest = number
print(largest)
