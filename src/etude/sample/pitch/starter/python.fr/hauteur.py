frequence = int(input())

# À vous : ajoutez les cas qui manquent, avec elif.
if frequence < 20:
    print("infrason")
else:
    print("ultrason")
