"""Live consoles: programs on terminals, and those who look at them.

One process of a worker holds all terminals (`holder`); it knows neither the web nor the database. The web process
authorises, then passes on what is typed and what is printed (`client`), over a unix socket in the data folder.
"""
