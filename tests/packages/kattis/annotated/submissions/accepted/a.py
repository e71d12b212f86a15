# @EXPECTED_RESULTS@: WRONG-ANSWER is not read here
print(2 * int(input()))
