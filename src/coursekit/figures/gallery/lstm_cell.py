"""The LSTM cell, stepped gate by gate."""

from coursekit.figures.framework import show


def lstm_cell(
    c: float = 1.2,
    candidate: float = -0.6,
    f: float = 0.95,
    i: float = 0.1,
    o: float = 0.7,
    stage: int = 5,
) -> object:
    """The schematic of the LSTM: cell line above, gates below, each gate a slider.

    Args:
        c: old cell state, between -2 and 2.
        candidate: candidate content, between -1 and 1.
        f: forget gate, between 0 and 1.
        i: input gate, between 0 and 1.
        o: output gate, between 0 and 1.
        stage: how much of the cell is drawn, from 0 (inputs) to 5 (everything).
    """
    for name, gate in {"f": f, "i": i, "o": o}.items():
        if not 0 <= gate <= 1:
            raise ValueError(f"gate {name} is {gate}: a gate lies between 0 and 1")
    state = {"c": c, "candidate": candidate, "f": f, "i": i, "o": o, "stage": stage}
    alt = (
        "The LSTM cell drawn gate by gate: the cell state runs along the top, is scaled by the "
        "forget gate and added to by the input gate times the candidate; the output gate reads it."
    )
    return show("lstm_cell", state, alt=alt)
