from answer import initials

assert initials("  Grace   Hopper ") == "G. H.", 'initials("  Grace   Hopper ") should return "G. H."'
