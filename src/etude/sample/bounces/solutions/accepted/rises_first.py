height = int(input())
percentage = int(input())
bounces = 0
height = height * percentage / 100
while height >= 1:
    bounces += 1
    height = height * percentage / 100
print(bounces)
