"""How the races of the figure ``memory_race`` end: recall over 40 steps, by network and rate.

Runs the figure's own engine in Node, one network at a time: in a race both networks read the same
examples, and neither changes what the other does. A run counts as learnt when 98 % of the answers
are right, as a running mean over about ten updates of 32 examples, within 800 updates.

    python experiments/memory_race.py            # all: about 7 CPU-minutes
    python experiments/memory_race.py --quick    # one seed, to see that it runs

Writes ``src/coursekit/measured/memory_race.json``, which chapters 08 and 10 quote and the figure
draws where no script runs.
"""

import argparse
import itertools
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from coursekit.figures import framework

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/memory_race.json"
NODE = Path(sys.executable).with_name("node")
LAG, UPDATES, EVERY = 40, 800, 10
RATES = (0.001, 0.002, 0.005)
RACERS = {"rnn": ("rnn", 0), "lstm 3": ("lstm", 3), "lstm 0": ("lstm", 0)}
# The slow one, which rarely ends before the last update, at the figure's own rate alone.
RUNS = [*itertools.product(("rnn", "lstm 3"), RATES), ("lstm 0", RATES[0])]
RUN = """
const { settings, updates, every } = JSON.parse(process.argv[2]);
const race = new Race({ ...settings, race: 0, truncate: Infinity });
const work = race.train();
const curve = [race.running[0]];
while (race.update < updates && !race.learnt[0]) {
  if (work.next().value && race.update % every === 0) curve.push(race.running[0]);
}
console.log(JSON.stringify({ learnt: race.learnt[0], right: race.running[0], curve }));
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    seeds = range(1, 2 if args.quick else args.seeds + 1)
    racers: dict[str, Any] = {name: {} for name in RACERS}
    settings = {"lag": LAG, "n": 32, "batch": 32, "clip": 1, "updates": UPDATES, "every": EVERY}
    for name, rate in RUNS:
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(partial(run, *RACERS[name], rate), seeds))
        racers[name][str(rate)] = {
            "learnt": [r["learnt"] or None for r in runs],
            "right": [round(r["right"], 3) for r in runs],
            "curve": [round(y, 3) for y in runs[0]["curve"]],
        }
        print(f"{name}, rate {rate}: {sum(r['learnt'] > 0 for r in runs)} learnt", flush=True)
        stored = {**settings, "seeds": len(seeds), "racers": racers}
        RESULT.write_text(json.dumps(stored), "utf8")


def run(cell: str, bias: float, rate: float, seed: int) -> Any:
    """One network's way through one race."""
    settings = {
        "task": "recall",
        "lag": LAG,
        "seed": seed,
        "n": 32,
        "rate": rate,
        "clip": 1,
        "racers": [{"cell": cell, "bias": bias}],
    }
    asked = json.dumps({"settings": settings, "updates": UPDATES, "every": EVERY})
    code = framework.script("memory_race").replace("export default", "") + RUN
    done = subprocess.run(
        [NODE, "-", asked], input=code, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
