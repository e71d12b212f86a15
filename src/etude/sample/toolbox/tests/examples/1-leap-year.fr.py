from answer import est_bissextile

assert est_bissextile(2024) == True, 'est_bissextile(2024) devrait renvoyer True'
assert est_bissextile(2023) == False, 'est_bissextile(2023) devrait renvoyer False'
