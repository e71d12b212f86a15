from answer import moyenne

assert abs(moyenne([12, 15, 18]) - 15.0) < 1e-9, 'moyenne([12, 15, 18]) devrait renvoyer 15.0'
assert abs(moyenne([]) - 0) < 1e-9, 'moyenne([]) devrait renvoyer 0'
