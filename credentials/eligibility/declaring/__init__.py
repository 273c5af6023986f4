"""What people declare for the policies: the forms, and the list of their own."""
