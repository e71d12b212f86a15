from answer import moyenne

assert abs(moyenne([]) - 0) < 1e-9, 'moyenne([]) devrait renvoyer 0'
