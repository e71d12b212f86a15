"""A console that is shown to the class, live: begun, paced and ended by the staff, followed by the course."""
