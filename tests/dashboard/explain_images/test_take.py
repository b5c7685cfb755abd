"""Does what is taken along of a picture's maps say the same as the page?"""

import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np

from dashboard.explain_images import take
from dashboard.explain_images.subject import Subject
from dashboard.explain_images.view import ImagesView
from engine.explain.explained import Explained, explain
from engine.explain.methods import METHODS, Method
from engine.networks.classifiers import classifier
from engine.paths import ROOT


class Known:
    """Maps that have all come."""

    def __init__(self, found: dict[Method, Explained | None]) -> None:
        self.methods, self.found = list(found), found

    def of(self, method: Method) -> Explained | None:
        return self.found[method]


def test_the_table_and_the_script_repeat_the_maps(tmp_path: Path) -> None:
    of = classifier("digits")
    examples = of.examples(240)
    x, target = examples.x[3:4], int(examples.y[3])
    found = Subject("", x, x[0].numpy(), None, target, np.zeros(10, np.float32), target)
    methods = [METHODS["grad_cam"](), METHODS["lime"](samples=40, across=4)]
    known: dict[Method, Explained | None] = {
        m: explain(m, of.model, x, found.targets, 5) for m in methods
    }
    maps = Known({**known, METHODS["lrp"](): None})  # one that has not come
    view = ImagesView(network="digits", picture=3).with_("look.seed", 5)

    table = list(csv.DictReader(io.StringIO(take.values_csv(maps))))  # type: ignore[arg-type]
    assert {row["method"] for row in table} == {"grad_cam", "lime"}
    last = known[methods[1]].values  # type: ignore[union-attr]
    assert len(table) == 2 * last.size
    assert np.isclose(float(table[-1]["value"]), last[-1, -1], rtol=1e-5)

    program = take.script(view, of, found, maps)  # type: ignore[arg-type]
    (tmp_path / "explain.py").write_text(program, encoding="utf-8")
    run = [sys.executable, tmp_path / "explain.py"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("sum") == 2 and "LIME" in done.stdout
