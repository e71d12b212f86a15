from answer import initials

assert initials("émilie du châtelet") == "É. D. C.", 'initials("émilie du châtelet") should return "É. D. C."'
