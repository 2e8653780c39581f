"""Warm kernels for notebooks we trust: import torch once, fork a kernel for each notebook.

Set ``JUPYTER_DEFAULT_PROVISIONER_NAME=coursekit-warm`` and every Jupyter client (nbval, nbclient,
Jupyter Book) starts its ``python3`` kernels this way, on Linux. Elsewhere, and whenever the parent
process cannot be started, the kernel starts as it always did. There is no isolation here beyond a
kernel's own: student code goes through :mod:`coursekit.grading`.

Why not ``multiprocessing``'s forkserver, which also imports once and forks? It was tried. Kernels
start as fast (median 0.82 s against 0.83 s here and 5.3 s without either, on a busy machine) and
exit codes arrive. But every child first runs the main script of its owner again, so that a script
without a ``__main__`` guard starts itself over in place of a kernel; a failed import in the parent
is passed over in silence; and nobody tells what a kernel has used, from which
``python -m coursekit.authoring.notebooks execute`` counts the CPU-seconds of a chapter.
"""
