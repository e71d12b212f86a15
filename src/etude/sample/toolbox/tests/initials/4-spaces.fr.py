from answer import initiales

assert initiales("  Grace   Hopper ") == "G. H.", 'initiales("  Grace   Hopper ") devrait renvoyer "G. H."'
