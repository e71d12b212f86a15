"""Teachers write activities: in the browser, from folders and archives; courses from folders."""
