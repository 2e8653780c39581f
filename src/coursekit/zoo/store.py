"""Weights on disk, one byte each.

A matrix is stored as int8 with one scale a row: w ≈ scale · q, q in -127 … 127, so that the error
of a weight is at most half a scale, 0.4 % of the largest weight of its row. Vectors are short and
stay in half precision. What is reported of a model is measured on the weights read back from here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

_ROW = 1024  # a long vector (a hash table of weights) is cut into rows of this length


def quantise(weights: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.generic]]:
    """Return what is stored for one array: {"half"} or {"bytes", "scale"}."""
    if weights.ndim == 1 and len(weights) % _ROW == 0 and len(weights) > _ROW:
        weights = weights.reshape(-1, _ROW)
    if weights.ndim == 1:
        return {"half": weights.astype(np.float16)}
    scale = np.abs(weights).max(axis=1, keepdims=True) / 127  # (rows, 1)
    scale[scale == 0] = 1
    return {
        "bytes": np.rint(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32)[:, 0],
    }


def restore(stored: dict[str, npt.NDArray[np.generic]]) -> npt.NDArray[np.float32]:
    """Return the weights that ``quantise`` stored, as float32 (a long vector as rows)."""
    if "half" in stored:
        return stored["half"].astype(np.float32)
    return stored["bytes"].astype(np.float32) * stored["scale"].astype(np.float32)[:, None]


def write_archive(path: Path, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Write arrays as an ``.npz``, packed tighter than NumPy does; same arrays, same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            # a fixed date, so that the bytes depend on nothing but the arrays
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_LZMA
            archive.writestr(entry, buffer.getvalue())


def save(model: nn.Module, path: Path) -> None:
    """Write a model's weights; a matrix used in two places is written once."""
    arrays = {
        f"{name}|{kind}": array
        for name, parameter in model.named_parameters()
        for kind, array in quantise(parameter.detach().float().cpu().numpy()).items()
    }
    write_archive(path, arrays)


def load(model: nn.Module, path: Path) -> None:
    """Read weights written by ``save`` into a model of the same shape.

    Raises:
        KeyError: the file lacks a weight of the model.
        RuntimeError: a weight has another size.
    """
    with np.load(path) as archive, torch.no_grad():
        for name, parameter in model.named_parameters():
            kinds = ("half",) if f"{name}|half" in archive else ("bytes", "scale")
            weights = restore({kind: archive[f"{name}|{kind}"] for kind in kinds})
            parameter.copy_(torch.from_numpy(weights).view_as(parameter))
