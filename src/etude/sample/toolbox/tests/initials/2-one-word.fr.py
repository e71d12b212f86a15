from answer import initiales

assert initiales("Hypatia") == "H.", 'initiales("Hypatia") devrait renvoyer "H."'
