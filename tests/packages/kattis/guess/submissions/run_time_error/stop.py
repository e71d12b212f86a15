print(0 + 3, flush=True)
raise SystemExit(3)
