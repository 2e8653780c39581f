"""What has to be closed when the work with it is done."""

from typing import Self


class Closing:
    """Something that a ``with`` block closes at its end."""

    def close(self) -> None:
        """Give back what is held."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
