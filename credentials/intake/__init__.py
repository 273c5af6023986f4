"""How applications come in: rounds, work functions and evidence, employers, the formal check."""
