"""Instructor side: grade a class of notebooks safely; report and export."""
