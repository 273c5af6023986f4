"""The catalogue of English words, and the command that keeps it in step with the pages."""
