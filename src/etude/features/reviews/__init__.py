"""Reviews: what waits for a teacher, points and comments, their release."""
