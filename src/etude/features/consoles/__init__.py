"""The live consoles of a class, as its staff meets them: which run, what they show, a hint, a stop."""
