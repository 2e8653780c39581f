"""Platforms: marks and assignments in the forms that Canvas, Moodle, Gradescope and others take."""
