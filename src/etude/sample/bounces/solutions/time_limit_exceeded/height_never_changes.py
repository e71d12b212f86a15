height = int(input())
percentage = int(input())
bounces = 0
while height >= 1:
    bounces = bounces + 1
print(bounces)
