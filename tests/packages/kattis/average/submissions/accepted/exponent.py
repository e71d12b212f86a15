a = list(map(int, input().split()))
print(f"{sum(a) / len(a):.9e}")
