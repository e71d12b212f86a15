frequency = int(input())
if frequency < 20:
    print("infrasound")
if frequency < 250:
    print("low")
if frequency < 2000:
    print("middle")
if frequency <= 20000:
    print("high")
else:
    print("ultrasound")
