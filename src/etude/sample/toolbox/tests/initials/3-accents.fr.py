from answer import initiales

assert initiales("émilie du châtelet") == "É. D. C.", 'initiales("émilie du châtelet") devrait renvoyer "É. D. C."'
