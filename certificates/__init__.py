"""Certificates: the signed PDF for a credential, its public check, and its replacement.

Stands on `registry`, `training` and `credentials`; nothing stands on it but the seeds.
"""
