"""What was measured, against which yardstick of the same run: one table, printed and as JSON."""

import json
import os
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

PATH = Path(os.environ.get("BLINDSPOT_BENCH") or "bench.json")


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. Times are seconds; the ratio is ours over the yardstick's medians."""

    what: str
    ours: float
    worst: float  # the 95th percentile
    yardstick: str
    theirs: float
    ratio: float
    goal: float  # the ratio is to be at most this

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal


ROWS: list[Row] = []


def note(what: str, ours: list[float], yardstick: str, theirs: list[float], goal: float) -> Row:
    """Add a row.

    Args:
        ours, theirs: seconds, measured in this run.
        goal: of the ratio of their medians.
    """
    median, base = statistics.median(ours), statistics.median(theirs)
    worst = sorted(ours)[min(len(ours) - 1, round(0.95 * (len(ours) - 1)))]
    row = Row(what, median, worst, yardstick, base, median / base, goal)
    ROWS.append(row)
    print(f"\n{line(row)}")
    return row


def line(row: Row) -> str:
    return (
        f"{row.what}: {row.ours * 1000:,.0f} ms (95th percentile {row.worst * 1000:,.0f}), "
        f"{row.ratio:.2f} times {row.yardstick} ({row.theirs * 1000:,.0f} ms); "
        f"goal {row.goal:g}: {'met' if row.met else 'NOT met'}"
    )


def write(path: Path = PATH) -> None:
    """All rows as a table of Markdown on the screen and as JSON in a file."""
    if not ROWS:
        return
    print("\n\n| what | ours, ms | p95 | yardstick | its ms | ratio | goal | met |")
    print("|---|---|---|---|---|---|---|---|")
    for row in ROWS:
        print(
            f"| {row.what} | {row.ours * 1000:,.0f} | {row.worst * 1000:,.0f} | {row.yardstick} "
            f"| {row.theirs * 1000:,.0f} | {row.ratio:.2f} | {row.goal:g} "
            f"| {'yes' if row.met else 'no'} |"
        )
    rows = [asdict(row) | {"met": row.met} for row in ROWS]
    path.write_text(json.dumps({"cores": os.cpu_count(), "rows": rows}, indent=1) + "\n")
