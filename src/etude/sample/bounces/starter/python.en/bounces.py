height = int(input())
percentage = int(input())
bounces = 0

# Your turn: repeat as long as the ball rises high enough.

print(bounces)
