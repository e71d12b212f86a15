from answer import moyenne

assert abs(moyenne([7]) - 7) < 1e-9, 'moyenne([7]) devrait renvoyer 7'
