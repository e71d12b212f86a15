from answer import initiales

assert initiales("marie curie") == "M. C.", 'initiales("marie curie") devrait renvoyer "M. C."'
assert initiales("alan mathison turing") == "A. M. T.", 'initiales("alan mathison turing") devrait renvoyer "A. M. T."'
