"""What checkers and graders written for DMOJ import, as far as they need it; sent into the judges' jail as `dmoj`."""
