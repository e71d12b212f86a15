#!/usr/bin/python2
print 2 * input()
