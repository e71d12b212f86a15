frequence = int(input())
if frequence = 20:
    print("infrason")
elif frequence < 250:
    print("grave")
elif frequence < 2000:
    print("médium")
elif frequence <= 20000:
    print("aigu")
else:
    print("ultrason")
