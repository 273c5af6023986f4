"""What the package answers to everybody, signed in or not."""
