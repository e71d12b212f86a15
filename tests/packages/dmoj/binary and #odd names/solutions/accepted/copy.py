import sys
sys.stdout.buffer.write(open('numbers.txt', 'rb').read())
