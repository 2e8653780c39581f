"""coursekit: the helper package of a course on recurrent neural networks for language.

Importing it loads nothing heavy; each module imports what it needs.
"""

__version__ = "0.1.0"
