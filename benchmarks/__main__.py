"""`python -m benchmarks [NAME…] [--json] [--check]`: measure, and show a table.

To add a bench, write a module with a function that yields `Result`s and name it in `BENCHES`.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterable, Mapping

from benchmarks import engine, llm, start
from benchmarks.result import Result, table

BENCHES: Mapping[str, Callable[[], Iterable[Result]]] = {
    "engine": engine.measure,
    "llm": llm.measure,
    "start": start.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure AI Node Builder.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which benches ({', '.join(BENCHES)}); all by default"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--check", action="store_true", help="fail when an aim is missed")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {unknown[0]}; there are: {', '.join(BENCHES)}")
    results = [result for name in chosen.names or BENCHES for result in BENCHES[name]()]
    if chosen.json:
        print(json.dumps([result.as_json() for result in results], indent=2))
    else:
        print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
        print(table(results))
    return int(chosen.check and not all(result.met for result in results))


if __name__ == "__main__":
    sys.exit(main())
