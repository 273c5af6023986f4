"""Credentials: apply, assess, decide, and what a level entitles to.

Stands on `registry` and `training`. Knows nothing about certificates, which are only the paper.
"""
