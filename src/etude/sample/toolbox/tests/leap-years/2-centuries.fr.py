from answer import est_bissextile

assert est_bissextile(1900) == False, 'est_bissextile(1900) devrait renvoyer False'
assert est_bissextile(2000) == True, 'est_bissextile(2000) devrait renvoyer True'
assert est_bissextile(2100) == False, 'est_bissextile(2100) devrait renvoyer False'
assert est_bissextile(2400) == True, 'est_bissextile(2400) devrait renvoyer True'
