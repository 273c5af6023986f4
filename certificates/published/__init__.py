"""What programs read about certificates: status lists, twins, keys and revocation lists."""
