"""The officers' pages about people: where they stand, and what was determined."""
