frequence = int(input())
if frequence < 20:
    print("infrason")
if frequence < 250:
    print("grave")
if frequence < 2000:
    print("médium")
if frequence <= 20000:
    print("aigu")
else:
    print("ultrason")
