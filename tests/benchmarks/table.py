"""What was measured, against which yardstick of the same run: one table, printed and as JSON."""

import json
import os
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

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
    goal_of_worst: float | None = (
        None  # and that of the 95th percentile to the yardstick at most this
    )

    @property
    def ratio_of_worst(self) -> float:
        return self.worst / self.theirs

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal and (
            self.goal_of_worst is None or self.ratio_of_worst <= self.goal_of_worst
        )


ROWS: list[Row] = []
PRODUCT = "a product of two 1,024 x 1,024 matrices"


def product() -> list[float]:
    """Seconds of one core for that product, now: what this machine's arithmetic can do."""
    matrix = torch.randn(1024, 1024, generator=torch.Generator().manual_seed(0))
    found = []
    for _ in range(9):
        begun = time.thread_time()
        matrix @ matrix
        found.append(time.thread_time() - begun)
    return found


def note(
    what: str,
    ours: list[float],
    yardstick: str,
    theirs: list[float],
    goal: float,
    goal_of_worst: float | None = None,
) -> Row:
    """Add a row.

    Args:
        ours, theirs: seconds, measured in this run.
        goal: of the ratio of their medians.
        goal_of_worst: of the 95th percentile of ours over the median of theirs.
    """
    median, base = statistics.median(ours), statistics.median(theirs)
    worst = sorted(ours)[min(len(ours) - 1, round(0.95 * (len(ours) - 1)))]
    row = Row(what, median, worst, yardstick, base, median / base, goal, goal_of_worst)
    ROWS.append(row)
    print(f"\n{line(row)}")
    return row


def ms(seconds: float) -> str:
    return f"{1000 * seconds:,.0f}" if seconds >= 0.01 else f"{1000 * seconds:.3g}"


def line(row: Row) -> str:
    return (
        f"{row.what}: {ms(row.ours)} ms (95th percentile {ms(row.worst)}), "
        f"{row.ratio:.2f} ({row.ratio_of_worst:.2f}) times {row.yardstick} ({ms(row.theirs)} ms); "
        f"goal {goals(row)}: {'met' if row.met else 'NOT met'}"
    )


def goals(row: Row) -> str:
    also = "" if row.goal_of_worst is None else f" ({row.goal_of_worst:g})"
    return f"{row.goal:g}{also}"


def write(path: Path = PATH) -> None:
    """All rows as a table of Markdown on the screen and as JSON in a file."""
    if not ROWS:
        return
    print("\n\n| what | ours, ms | p95 | yardstick | its ms | ratio (p95) | goal | met |")
    print("|---|---|---|---|---|---|---|---|")
    for row in ROWS:
        print(
            f"| {row.what} | {ms(row.ours)} | {ms(row.worst)} | {row.yardstick} "
            f"| {ms(row.theirs)} | {row.ratio:.2f} ({row.ratio_of_worst:.2f}) | {goals(row)} "
            f"| {'yes' if row.met else 'no'} |"
        )
    rows = [asdict(row) | {"met": row.met} for row in ROWS]
    path.write_text(json.dumps({"cores": os.cpu_count(), "rows": rows}, indent=1) + "\n")
