"""Panels: who assesses, how they are drawn, score, meet and vote; and what is published."""
