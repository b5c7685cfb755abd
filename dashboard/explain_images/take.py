"""What can be taken along of a picture's maps: the link, the values, a script that repeats them."""

import csv
import io
import json

import numpy as np
import streamlit as st

from dashboard.core import export
from dashboard.core.runtime import device
from dashboard.core.words import say
from dashboard.explain_images.maps import Maps
from dashboard.explain_images.network import PICTURES
from dashboard.explain_images.subject import Subject
from dashboard.explain_images.view import ImagesView
from engine.networks.classifiers import Classifier

SCRIPT = '''"""Explains picture {picture} of {network} again and checks the sum of each map.

Run it in Blindspot's folder, in its environment: python explain.py
"""

import json
import sys

sys.path.insert(0, ".")

import torch

from engine.networks.classifiers import classifier
from engine.explain.methods import METHODS

methods = json.loads("""{methods}""")  # settings, and what the map summed to

network = classifier("{network}")
x = network.examples({count}).x[{picture}][None]  # (1, C, H, W)
for settings, expected in methods:
    method = METHODS.parse(settings)
    map = method.attribute(network.model, x, torch.tensor([{target}]), seed={seed})
    total, size = float(map.double().sum()), float(map.double().abs().sum())
    print(f"{{method.about.label}}: {{tuple(map.shape)}}, sum {{total:.6f}}")
    assert abs(total - expected) <= 1e-3 * size, (total, expected)
'''


def foot(view: ImagesView, of: Classifier, found: Subject, maps: Maps) -> None:
    """Where the maps come from, and the way to take them along."""
    there = [one for one in map(maps.of, maps.methods) if one]
    seconds = sum(one.seconds for one in there)

    def downloads() -> None:
        with st.popover(say("export.export"), icon=":material/download:"):
            st.download_button(
                say("explain_images.csv"),
                lambda: values_csv(maps).encode(),
                "maps.csv",
                "text/csv",
                key="images_look_csv",
                on_click="ignore",
            )
            if view.look.source == "data":
                st.download_button(
                    say("export.script"),
                    lambda: script(view, of, found, maps).encode(),
                    "explain.py",
                    "text/x-python",
                    key="images_look_script",
                    on_click="ignore",
                )
            st.caption(say("export.picture"))

    sentence = say(
        "explain_images.foot", device=device(), seconds=f"{seconds:.2f}", count=len(there),
        seed=view.look.seed, key=view.look.key,
    )  # fmt: skip
    export.foot(sentence, more=downloads)


def values_csv(maps: Maps) -> str:
    """Long table of the maps that have come: method, row, column, value; channels are summed."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["method", "row", "column", "value"])
    for method in maps.methods:
        one = maps.of(method)
        if one and one.values is not None:
            for (row, column), value in np.ndenumerate(one.values):
                writer.writerow([method.id, row, column, f"{value:.7g}"])
    return out.getvalue()


def script(view: ImagesView, of: Classifier, found: Subject, maps: Maps) -> str:
    """A plain program that explains a picture of the data again and checks every map's sum."""
    described = [
        [{"id": method.id, **method.model_dump(mode="json")}, float(one.values.sum(dtype="f8"))]
        for method in maps.methods
        if (one := maps.of(method)) and one.values is not None
    ]
    return SCRIPT.format(
        methods=json.dumps(described, indent=1).replace("\\", "\\\\"),
        network=of.name,
        picture=view.picture % len(of.examples(PICTURES).x),
        count=PICTURES,
        target=found.target,
        seed=view.look.seed,
    )
