"""Platforms: marks and assignments in the forms that Canvas, Moodle, Gradescope and others take."""

from enum import StrEnum


class Platform(StrEnum):
    """A platform to which marks are exported."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    NBGRADER = "nbgrader"
    BRIGHTSPACE = "brightspace"
    BLACKBOARD = "blackboard"
