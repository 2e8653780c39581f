"""The one reader of student notebooks, which ``coursekit check`` uses as well."""

from coursekit.checks.notebookfile import LARGEST, Cell, DamagedNotebook, read_cells

__all__ = ["LARGEST", "Cell", "DamagedNotebook", "read_cells"]
