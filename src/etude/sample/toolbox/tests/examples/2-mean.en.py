from answer import mean

assert abs(mean([12, 15, 18]) - 15.0) < 1e-9, 'mean([12, 15, 18]) should return 15.0'
assert abs(mean([]) - 0) < 1e-9, 'mean([]) should return 0'
