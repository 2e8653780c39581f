"""Warm kernels for notebooks we trust: import torch once, fork a kernel for each notebook.

Set ``JUPYTER_DEFAULT_PROVISIONER_NAME=coursekit-warm`` and every Jupyter client (nbval, nbclient,
Jupyter Book) starts its ``python3`` kernels this way, on Linux. Elsewhere, and whenever the parent
process cannot be started, the kernel starts as it always did. There is no isolation here beyond a
kernel's own: student code goes through :mod:`coursekit.grading`.
"""
