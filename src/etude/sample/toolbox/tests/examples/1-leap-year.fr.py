from answer import est_bissextile

assert est_bissextile(2024) == True, 'est_bissextile(2024) devrait rendre True'
assert est_bissextile(2023) == False, 'est_bissextile(2023) devrait rendre False'
