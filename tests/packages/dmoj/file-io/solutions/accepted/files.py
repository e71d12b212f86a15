n = int(open('square.inp').read())
open('square.out', 'w').write(str(n * n))
print('this is not looked at')
