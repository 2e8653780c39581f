"""Judging: draw the cases, compare what came back, and read the code for forbidden shortcuts."""
