"""The teacher's table of students and assignments, one student's progress, marks by hand, CSV and print."""
