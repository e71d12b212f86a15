"""The page on which an admin sees whether everything runs, and what to do where it does not."""
