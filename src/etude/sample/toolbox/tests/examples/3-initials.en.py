from answer import initials

assert initials("Ada Lovelace") == "A. L.", 'initials("Ada Lovelace") should return "A. L."'
