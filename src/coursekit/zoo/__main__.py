"""The table of the zoo, and how to train its rows again.

python -m coursekit.zoo                    recompute every perplexity and print the table
python -m coursekit.zoo train lstm         repeat the stored run of one system
python -m coursekit.zoo train lstm --budget 120 --to folder
                                           a shorter run, kept elsewhere
python -m coursekit.zoo train lstm --seed 2
                                           the same from another seed
python -m coursekit.zoo tune lstm          repeat the short runs that chose its learning rate
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from coursekit.zoo import scores
from coursekit.zoo.mixture import mixed_losses, mixture_weights
from coursekit.zoo.systems import KNESER_NEY, SYSTEMS, TITLES


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m coursekit.zoo",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command")
    train = commands.add_parser("train", help="train one system")
    train.add_argument("name", choices=list(SYSTEMS))
    train.add_argument("--budget", type=float, help="CPU-seconds instead of the stored steps")
    train.add_argument("--seed", type=int, help="another seed: only run and losses are kept")
    train.add_argument("--to", type=Path, default=scores.folder(), help="folder for the weights")
    tune = commands.add_parser("tune", help="compare learning rates in short runs")
    tune.add_argument("name", choices=list(SYSTEMS))
    tune.add_argument("--to", type=Path, default=scores.folder(), help="folder for the results")
    args = parser.parse_args()
    if args.command == "tune":
        from coursekit.zoo.tune import tune_system

        tune_system(args.name, args.to)
    elif args.command == "train":
        from coursekit.zoo.train import train_system

        train_system(args.name, args.budget, args.to, args.seed)
    else:
        print_table()


def print_table() -> None:
    """Recompute and print the table, line by line as it comes."""
    start = time.process_time()
    print(
        f"{'system':37} {'parameters':>10} {'tokens':>10} {'CPU-s':>6} {'perplexity':>10} "
        f"{'95 % interval':>15} {'bits':>5}"
    )
    found = {}
    for name in scores.stored():
        found[name] = scores.losses(name)
        line = scores.row(name, found[name])
        print(
            f"{line.title:37} {line.parameters:>10,} {line.tokens:>10,} {line.seconds:>6.0f} "
            f"{line.perplexity:>10.1f} {f'{line.low:.1f} – {line.high:.1f}':>15} {line.bits:>5.2f}",
            flush=True,
        )
    for title, names in (("best network + Kneser-Ney", None), ("all mixed", list(found))):
        _print_mixture(title, names or _best_pair(found), found)
    print(f"recomputed from the stored weights in {time.process_time() - start:.0f} CPU-seconds")
    differing = [name for name, loss in found.items() if _differs(name, loss)]
    if differing:
        raise SystemExit(f"not what is stored beside the weights: {', '.join(differing)}")


def _differs(name: str, found: scores.Losses) -> bool:
    """Whether recomputed and stored losses give perplexities more than 0.1 % apart."""
    return bool(abs(found.mean() - scores.stored_losses(name).mean()) > 0.001)


def _best_pair(found: dict[str, scores.Losses]) -> list[str]:
    networks = [name for name in found if name != KNESER_NEY]
    valid = {name: scores.stored_losses(name, "valid").mean() for name in networks}
    return [KNESER_NEY, min(valid, key=lambda name: valid[name])] if valid else [KNESER_NEY]


def _print_mixture(title: str, names: list[str], found: dict[str, scores.Losses]) -> None:
    """Tune a mixture on the stored validation losses and print its test perplexity."""
    weights = mixture_weights([scores.stored_losses(name, "valid") for name in names])
    mixed = mixed_losses([found[name] for name in names], weights)
    parts = ", ".join(
        f"{weight:.2f} {TITLES[name]}" for name, weight in zip(names, weights, strict=True)
    )
    perplexity = np.exp(mixed.mean())
    print(
        f"{title:37} {'':>10} {'':>10} {'':>6} {perplexity:>10.1f} {'':>15} "
        f"{np.log2(perplexity):>5.2f}   ({parts})"
    )


if __name__ == "__main__":
    main()
