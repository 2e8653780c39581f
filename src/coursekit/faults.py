"""What goes wrong in a way that was foreseen."""


class Fault(Exception):
    """Something that the person at the keyboard can put right.

    The text says what it is, with no traceback needed. Every command prints it and stops.
    """
