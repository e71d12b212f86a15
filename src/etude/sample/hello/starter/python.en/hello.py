# The line that is typed is kept under the name "name".
name = input()

# Your turn: the name is missing from the greeting.
print("Hello!")
