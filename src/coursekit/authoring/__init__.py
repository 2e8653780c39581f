"""Instructor side: make exercises from solution sources; execute and normalise notebooks."""
