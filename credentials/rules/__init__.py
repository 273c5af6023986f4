"""The policy language: documents an official can read, and one evaluator over columns of people.

Pure: no database, no web, no clock. `documents` is the shape of a file, `evaluator` decides,
`explain` says why, `questions` what would change it, `editions` which file counts on a day.
"""
