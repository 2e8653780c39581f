"""What one submission may use: the limits of ``coursekit check`` as well, so they live there."""

from coursekit.checks.limits import MEGABYTE, Limits

__all__ = ["MEGABYTE", "Limits"]
