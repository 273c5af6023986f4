"""The common tools of the house. They know nothing of technology managers."""
