"""What a person holds: suspended, revoked, renewed, superseded, lapsed; and its history."""
