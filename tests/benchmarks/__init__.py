"""How quickly anybody's check of a certificate is answered. Run: `make bench`."""
