frequency = int(input())

# Your turn: add the cases that are missing, with elif.
if frequency < 20:
    print("infrasound")
else:
    print("ultrasound")
