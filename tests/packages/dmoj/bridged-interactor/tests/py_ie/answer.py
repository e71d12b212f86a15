print(-5, flush=True)
input()
