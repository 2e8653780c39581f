"""Gradescope: an autograder zip, what runs in its container, and results in its format."""

from enum import StrEnum


class Visibility(StrEnum):
    """When students see a test, in Gradescope's own words."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"
