"""Intake: find what a class handed in, and say who sent it."""
