"""Gradescope: an autograder zip, what runs in its container, and results in its format."""
