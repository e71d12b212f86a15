from answer import is_leap_year

assert is_leap_year(1900) == False, 'is_leap_year(1900) should return False'
assert is_leap_year(2000) == True, 'is_leap_year(2000) should return True'
assert is_leap_year(2100) == False, 'is_leap_year(2100) should return False'
assert is_leap_year(2400) == True, 'is_leap_year(2400) should return True'
