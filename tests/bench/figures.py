"""The figures of a bench: collected while it runs, kept as JSON, and written as a table into docs/performance.md.

`python tests/bench/figures.py` writes the table of what `make bench` measured last.
"""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

FILE: Final = Path(".demo/bench.json")
_DOCUMENT: Final = Path("docs/performance.md")
_BEGIN: Final = "<!-- make bench: the server -->\n"
_END: Final = "<!-- end -->\n"

Figure = dict[str, str]
COLUMNS: Final = ("what", "figure", "held against", "ratio", "budget")


def keep(what: str, figure: str, against: str = "", ratio: str = "", budget: str = "") -> None:
    """Say a figure, and keep it in the place of an earlier one of the same."""
    print("  |  ".join(part for part in (what, figure, against, ratio, budget) if part))
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    figures = {**kept.get("figures", {}), what: [figure, against, ratio, budget]}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({**_where(), "figures": figures}, ensure_ascii=False, indent=1))


def _where() -> Mapping[str, str]:
    return {
        "command": "make bench",
        "day": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def table() -> str:
    """What was kept, as Markdown."""
    kept = json.loads(FILE.read_text())
    lines = [f"`{kept['command']}` on {kept['day']}: {kept['machine']}, Python {kept['python']}.", ""]
    lines += [f"| {' | '.join(COLUMNS)} |", "|---|---|---|---|---|"]
    lines += [f"| {what} | {' | '.join(cells)} |" for what, cells in kept["figures"].items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Put the table into the document."""
    before, rest = _DOCUMENT.read_text().split(_BEGIN)
    _DOCUMENT.write_text(before + _BEGIN + table() + _END + rest.split(_END)[1])


if __name__ == "__main__":
    main()
