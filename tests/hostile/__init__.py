"""Submissions that cheat, break, are damaged or merely odd, each with the mark it deserves."""
