from answer import mean

assert abs(mean([1, 2]) - 1.5) < 1e-9, 'mean([1, 2]) should return 1.5'
assert abs(mean([-3, 3, 9]) - 3) < 1e-9, 'mean([-3, 3, 9]) should return 3'
assert abs(mean([0.5, 0.25]) - 0.375) < 1e-9, 'mean([0.5, 0.25]) should return 0.375'
