from answer import est_bissextile

assert est_bissextile(1996) == True, 'est_bissextile(1996) devrait renvoyer True'
assert est_bissextile(2019) == False, 'est_bissextile(2019) devrait renvoyer False'
assert est_bissextile(2028) == True, 'est_bissextile(2028) devrait renvoyer True'
assert est_bissextile(2031) == False, 'est_bissextile(2031) devrait renvoyer False'
