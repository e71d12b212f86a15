print('nine')
