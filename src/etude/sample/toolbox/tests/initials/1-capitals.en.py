from answer import initials

assert initials("marie curie") == "M. C.", 'initials("marie curie") should return "M. C."'
assert initials("alan mathison turing") == "A. M. T.", 'initials("alan mathison turing") should return "A. M. T."'
