from answer import initiales

assert initiales("Ada Lovelace") == "A. L.", 'initiales("Ada Lovelace") devrait renvoyer "A. L."'
