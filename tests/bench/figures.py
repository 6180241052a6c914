"""The figures of a bench: collected while it runs, kept as JSON, and written as tables into docs/performance.md.

`python tests/bench/figures.py` writes the tables of what `make bench` measured last.
"""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(".demo/bench.json")
_DOCUMENT: Final = Path("docs/performance.md")
_BEGIN: Final = "<!-- make bench: {part} -->\n"
_END: Final = "<!-- end -->\n"

Figure = dict[str, str]
COLUMNS: Final = ("what", "figure", "held against", "ratio", "budget")


def keep(
    what: str, figure: str, against: str = "", ratio: str = "", budget: str = "", *, part: str = "the server"
) -> None:
    """Say a figure of that part of the document, and keep it in the place of an earlier one of the same."""
    print("  |  ".join(cell for cell in (what, figure, against, ratio, budget) if cell))
    kept = json.loads(FILE.read_text()) if FILE.exists() else {}
    figures = {**kept.get(part, {}).get("figures", {}), what: [figure, against, ratio, budget]}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({**kept, part: {**_where(), "figures": figures}}, ensure_ascii=False, indent=1))


def _where() -> Mapping[str, str]:
    return {
        "command": "make bench",
        "day": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def table(kept: Mapping[str, Any]) -> str:
    """What was kept of a part, as Markdown."""
    lines = [f"`{kept['command']}` on {kept['day']}: {kept['machine']}, Python {kept['python']}.", ""]
    lines += [f"| {' | '.join(COLUMNS)} |", "|---|---|---|---|---|"]
    lines += [f"| {what} | {' | '.join(cells)} |" for what, cells in kept["figures"].items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Put each part's table into the document."""
    for part, kept in json.loads(FILE.read_text()).items():
        begin = _BEGIN.format(part=part)
        before, rest = _DOCUMENT.read_text().split(begin)
        _DOCUMENT.write_text(before + begin + table(kept) + _END + rest.split(_END, 1)[1])


if __name__ == "__main__":
    main()
