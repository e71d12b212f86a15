from answer import mean

assert abs(mean([]) - 0) < 1e-9, 'mean([]) should return 0'
