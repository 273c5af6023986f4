"""Seeds: policy editions and demonstration people, planted through the packages below.

Stands on all four packages; nothing imports it except the command line.
"""
