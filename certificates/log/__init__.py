"""The transparency log: what was done about certificates, in an order nobody can rewrite.

RFC 6962 hashes in C2SP tiles, with signed checkpoints that witnesses may countersign. What is
published are salted hashes alone, so that what they stand for can be forgotten.
"""
