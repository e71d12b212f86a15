height = int(input())
percentage = int(input())
bounces = 0
while height >= 1:
    height = height * percentage / 100
    bounces += 1
print(bounces)
