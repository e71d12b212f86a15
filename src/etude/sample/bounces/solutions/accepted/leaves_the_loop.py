height = int(input())
percentage = int(input())
bounces = 0
while True:
    height *= percentage / 100
    if height < 1:
        break
    bounces += 1
print(bounces)
