from ast import largest
print(largest(map(int, input().split())))
