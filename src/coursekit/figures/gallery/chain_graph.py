"""The chain rule on a small graph, stepped forward and backward."""

from coursekit.figures.framework import show

GRAPHS = ("lecture", "network")


def chain_graph(
    graph: str = "lecture", value: float | None = None, step: int = 1, overwrite: bool = False
) -> object:
    """A computation graph, stepped forward node by node and backward edge by edge.

    Args:
        graph: "lecture" (f = 3x + y², x = t², y = t - 1) or "network" (three steps, one unit).
        value: t or w_h at the start; by default 3 or 0.9.
        step: how many moves have been made.
        overwrite: replace gradients instead of adding them, the mistake to look at.

    Raises:
        ValueError: there is no such graph.
    """
    if graph not in GRAPHS:
        raise ValueError(f"chain_graph has the graphs {', '.join(GRAPHS)}")
    if value is None:
        value = 3.0 if graph == "lecture" else 0.9
    alt = {
        "lecture": "The graph of f = 3x + y²: t leads to x and to y, and both lead to f.",
        "network": "States h[0] to h[3] in a chain, then a loss; one weight leads to three steps.",
    }
    state = {"graph": graph, "value": value, "step": step, "overwrite": overwrite}
    return show("chain_graph", state, alt[graph])
