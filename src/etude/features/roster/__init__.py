"""The roster of a course: names pasted and claimed, cards, the class list."""
