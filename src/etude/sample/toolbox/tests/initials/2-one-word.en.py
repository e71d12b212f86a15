from answer import initials

assert initials("Hypatia") == "H.", 'initials("Hypatia") should return "H."'
