print(' one  two\nthree' if input() == 'words' else 'x 3.14159265')
