from answer import moyenne

assert abs(moyenne([1, 2]) - 1.5) < 1e-9, 'moyenne([1, 2]) devrait renvoyer 1.5'
assert abs(moyenne([-3, 3, 9]) - 3) < 1e-9, 'moyenne([-3, 3, 9]) devrait renvoyer 3'
assert abs(moyenne([0.5, 0.25]) - 0.375) < 1e-9, 'moyenne([0.5, 0.25]) devrait renvoyer 0.375'
