"""Reporting: what people read about the marks of a class."""
