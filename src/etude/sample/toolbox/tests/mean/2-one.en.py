from answer import mean

assert abs(mean([7]) - 7) < 1e-9, 'mean([7]) should return 7'
