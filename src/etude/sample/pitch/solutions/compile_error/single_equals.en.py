frequency = int(input())
if frequency = 20:
    print("infrasound")
elif frequency < 250:
    print("low")
elif frequency < 2000:
    print("middle")
elif frequency <= 20000:
    print("high")
else:
    print("ultrasound")
