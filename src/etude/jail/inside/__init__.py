"""What runs on the other side of the wall. A fresh interpreter loads these modules without the rest of Étude.

`nursery` is copied for the jail of each console, `launch` makes the namespaces, `root` the file tree, `zygote` clones
one child per test, `warden` is pid 1 of a test, `student` locks itself down and becomes the program. Nothing here may
import anything of `etude` outside this package: whatever is imported here can be seen by the programs in the jail.
"""
