from answer import is_leap_year

assert is_leap_year(2024) == True, 'is_leap_year(2024) should return True'
assert is_leap_year(2023) == False, 'is_leap_year(2023) should return False'
