from answer import is_leap_year

assert is_leap_year(1996) == True, 'is_leap_year(1996) should return True'
assert is_leap_year(2019) == False, 'is_leap_year(2019) should return False'
assert is_leap_year(2028) == True, 'is_leap_year(2028) should return True'
assert is_leap_year(2031) == False, 'is_leap_year(2031) should return False'
