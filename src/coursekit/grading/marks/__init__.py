"""Marks: one record a submission, kept durably, with late penalties and marks given by hand."""
