"""The officers' pages about many people: lists, and changes of policy."""
