from answer import initiales

assert initiales("marie curie") == "M. C.", 'initiales("marie curie") devrait rendre "M. C."'
assert initiales("alan mathison turing") == "A. M. T.", 'initiales("alan mathison turing") devrait rendre "A. M. T."'
