"""File damage: what editors, platforms and people do to a notebook file. Bytes, and what is due.

``None`` stands for a file in which there is no notebook: reported in one line, 0 points.
"""

import json

from hostile.kit import IMPORTS, code, notebook, sources, text, with_answers

RIGHT = with_answers()
CELLS = sources()


def old_format() -> bytes:
    cells = [{"cell_type": "code", "input": s, "outputs": [], "language": "python"} for s in CELLS]
    return json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}}).encode()


def colab() -> bytes:
    cells = [
        code("from google.colab import drive\ndrive.mount('/content/drive')\nimport sys", id="a1")
    ]
    cells += [code(s.split("\n"), id=f"x{i}") for i, s in enumerate(CELLS)]
    for cell in cells:
        cell["metadata"] = {"colab": {"base_uri": "https://localhost:8080/"}, "outputId": "1"}
        if isinstance(cell["source"], list):
            cell["source"] = [f"{line}\n" for line in cell["source"]]
    about = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}, "accelerator": "GPU"}
    return notebook(cells, metadata=about, nbformat_minor=0)


def stripped() -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": s} for s in CELLS]}).encode()


def with_outputs() -> bytes:
    cells = [code(s) for s in CELLS]
    picture = {
        "output_type": "display_data",
        "data": {"image/png": "A" * 8_000_000},
        "metadata": {},
    }
    cells[1]["outputs"] = [picture]
    return notebook(cells)


DAMAGE: dict[str, tuple[float | None, bytes]] = {
    "as it was": (12, RIGHT),
    "byte order mark": (12, b"\xef\xbb\xbf" + RIGHT),
    "latin-1": (12, notebook([text("é"), *map(code, CELLS)]).decode().encode("latin-1")),
    "utf-16": (12, RIGHT.decode().encode("utf-16")),
    "windows line ends": (12, notebook(code(s.replace("\n", "\r\n")) for s in CELLS)),
    "notebook format 3": (12, old_format()),
    "metadata stripped": (12, stripped()),
    "saved by colab": (12, colab()),
    "foreign kernelspec": (
        12,
        notebook(map(code, CELLS), metadata={"kernelspec": {"name": "conda-env-rnn-py"}}),
    ),
    "metadata tampered": (
        12,
        notebook(
            code(s, metadata={"nbgrader": {"points": 100, "solution": True, "grade_id": "x"}})
            for s in CELLS
        ),
    ),
    "every cell twice": (12, notebook(code(s) for s in CELLS for _ in (1, 2))),
    "cells in reverse order": (12, notebook(code(s) for s in CELLS[::-1])),
    "answers in one cell": (12, notebook([code("\n".join(CELLS))])),
    "answer moved to the end": (12, notebook(map(code, [CELLS[0], *CELLS[2:], CELLS[1]]))),
    "starter kept below": (
        12,
        notebook(map(code, ["def rnn_step(*a):\n    raise NotImplementedError", *CELLS])),
    ),
    "one answer deleted": (9, notebook(map(code, [c for c in CELLS if "rnn_step" not in c]))),
    "imports deleted": (0, notebook(map(code, CELLS[1:]))),
    "duplicate cell ids": (12, notebook(code(s, id="same") for s in CELLS)),
    "large outputs": (12, with_outputs()),
    "NaN in the outputs": (12, RIGHT.replace(b'"outputs": []', b'"outputs": [{"data": NaN}]', 1)),
    "cells without a type": (
        12,
        notebook([{"source": "x"}, {"cell_type": "raw", "source": "y"}, *map(code, CELLS)]),
    ),
    "sources of odd types": (
        12,
        notebook([code(None), code(3), code([1, "x = 1", None]), *map(code, CELLS)]),
    ),  # type: ignore[arg-type]
    "cells that are no cells": (12, notebook([None, 7, "x", *map(code, CELLS)])),  # type: ignore[list-item]
    "lone surrogates": (
        12,
        notebook([code("x = 'S'"), *map(code, CELLS)]).replace(b"'S'", b"'\\ud800'"),
    ),
    "null characters": (
        12,
        notebook([code("x = 'S'"), *map(code, CELLS)]).replace(b"'S'", b"'\\u0000'"),
    ),
    "no metadata at all": (
        12,
        json.dumps({"nbformat": 4, "cells": [code(s) for s in CELLS]}).encode(),
    ),
    "trailing newline": (12, RIGHT + b"\n\n"),
    "no answers": (None, notebook([code(IMPORTS)])),
    "no cells": (None, notebook([])),
    "cut": (None, RIGHT[: len(RIGHT) // 2]),
    "empty file": (None, b""),
    "zeros": (None, b"\0" * 4096),
    "a web page": (None, b"<!DOCTYPE html><html><body>Sign in</body></html>"),
    "a PDF": (None, b"%PDF-1.7 ..."),
    "an archive": (None, b"PK\x03\x04..."),
    "merge conflict": (None, RIGHT.replace(b'"cells"', b'<<<<<<< HEAD\n"cells"', 1)),
    "a list": (None, b"[1, 2]"),
    "JSON of something else": (None, b'{"name": "ada"}'),
    "too deep": (None, b"[" * 200_000),
    "plain Python": (None, "\n".join(CELLS).encode()),
}
