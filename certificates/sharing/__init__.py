"""What employers learn beyond a check, and only as far as the holder agrees."""
