a = list(map(int, input().split()))
print(sum(a) / len(a) + 5e-7)
