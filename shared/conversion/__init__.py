"""Files of other kinds turned into text, each in a process of its own."""
