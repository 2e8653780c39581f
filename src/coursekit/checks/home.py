"""What student code may take away from its own process, put back before anything else runs."""

import os
import sys
from typing import TextIO


class Home:
    """The process as it was when everything had been imported.

    Made in the warm worker of the box: copying the table of modules in a child would copy many
    pages.
    """

    def __init__(self) -> None:
        self.modules = dict(sys.modules)
        # Opened in the child: what the worker has open is closed there, its number used again.
        self.stream: TextIO | None = None

    def restore(self) -> None:
        """Modules, output streams and torch's defaults as they were."""
        if len(sys.modules) < len(self.modules):
            sys.modules.update(self.modules)
        if self.stream is None or self.stream.closed:
            self.stream = open(os.devnull, "w")  # noqa: SIM115
        sys.stdout = sys.stderr = self.stream
        torch = sys.modules["torch"]
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
