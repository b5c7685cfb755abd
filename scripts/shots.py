"""Pictures of every page, for looking at: wide and phone, light and dark, in shots/.

`--thumbnails` writes the small pictures of the home page instead, to assets/thumbnails/.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dashboard.core.router import find_pages  # noqa: E402
from scripts.chromium import FLAGS, NONE, find  # noqa: E402
from tests.browser.lab import Lab  # noqa: E402
from tests.serving import Server  # noqa: E402

SIZES = {"wide": (1440, 1000), "phone": (390, 844)}
THUMBNAIL = (640, 400)
PICTURES = {  # what the home page shows of a page: from this element's corner on, full width
    "training": ".stHorizontalBlock:has(.st-key-lab_surface)",
    "optimizers": ".st-key-optim_walk",
    "activations": ".st-key-act_layers",
    "backpropagation": ".st-key-bp_graph",
    "blind_spot": ".st-key-spot_growth",
    "ladder": ".st-key-ladder_bits",
    "neurons": ".st-key-neurons_perceptron",
    "sampling": ".st-key-sampling_film",
    "explain_images": ".st-key-images_maps",
    "explain_tables": ".st-key-tables_beeswarm",
}
Act = Callable[[Lab], None]


def learning(lab: Lab) -> None:
    lab.open(data="spirals", epochs=1000, seed=7, speed="live")
    if lab.at("lab_play").count():
        lab.press("lab_play")
    lab.longer(12)


def learned(lab: Lab) -> None:
    lab.open(data="spirals", epochs=60, seed=7, speed="live")
    if not lab.at("lab_again").count():
        lab.press("lab_play")
    lab.finished()


def digits(lab: Lab) -> None:
    lab.open(**{"data": "digits", "model": "cnn", "layers.activation": "relu"}, epochs=8, seed=7,
             speed="live")  # fmt: skip
    if not lab.at("lab_again").count():
        lab.press("lab_play")
    lab.finished()


def regression(lab: Lab) -> None:
    lab.open(data="regression_curve", loss="mse", epochs=60, seed=7, speed="live")
    if not lab.at("lab_again").count():
        lab.press("lab_play")
    lab.finished()


def sweep(lab: Lab) -> None:
    lab.open(data="circles", epochs=40, compare="sweep", seeds=4, seed=7)
    if lab.at("compare_start").count():
        lab.press("compare_start")
    lab.at("compare_again").wait_for(timeout=120_000)


def mangled(lab: Lab) -> None:
    lab.open(data="spiral", epochs=0, learning_rat=1, seed=7)


def climbed(lab: Lab, section: str) -> None:
    """A section of Explain images whose pictures climb by themselves, at its end."""
    lab.page.goto(f"/explain_images?section={section}")
    lab.at(f"images_{section}_again").wait_for(timeout=120_000)


def explained(lab: Lab, query: str, chart: str) -> None:
    """A place on Explain tables, with the last of its jobs done."""
    lab.page.goto(f"/explain_tables?{query}")
    lab.at(chart).locator(".main-svg").first.wait_for(timeout=120_000)
    lab.page.wait_for_timeout(15_000 if "section" in query else 2000)


STATES: dict[str, Act] = {
    "training-under-way": learning,
    "training-done": learned,
    "training-digits": digits,
    "training-regression": regression,
    "training-sweep": sweep,
    "training-bad-link": mangled,
    "explain-images-occlusion": lambda lab: lab.page.goto("/explain_images?section=occlusion"),
    "explain-images-board": lambda lab: lab.page.goto("/explain_images?section=board"),
    "explain-images-hans": lambda lab: lab.page.goto("/explain_images?section=hans"),
    "explain-images-sanity": lambda lab: lab.page.goto("/explain_images?section=sanity"),
    "explain-images-dream": lambda lab: climbed(lab, "dream"),
    "explain-images-inception": lambda lab: climbed(lab, "inception"),
    "explain-images-fool": lambda lab: climbed(lab, "fool"),
    "explain-tables-disease": lambda lab: explained(
        lab, "scores=screening&threshold=0.02", "tables_thresholds"
    ),
    "explain-tables-one": lambda lab: explained(lab, "section=one", "tables_waterfall"),
    "explain-tables-all": lambda lab: explained(lab, "section=all", "tables_beeswarm"),
    "explain-tables-city": lambda lab: explained(
        lab, "section=all&picture=dependence", "tables_dependence"
    ),
    "explain-tables-case": lambda lab: explained(lab, "section=misleads", "tables_alarms"),
    "explain-tables-correlated": lambda lab: explained(
        lab, "section=misleads&trap=correlated", "tables_games"
    ),
}


def whole(page: Any) -> bytes:
    """The page as far as it can be scrolled: a tall viewport, as Streamlit scrolls inside it."""
    width = page.viewport_size["width"]
    before = page.viewport_size
    height = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('[data-testid=stMain], body')]"
        ".map(e => e.scrollHeight))"
    )
    page.set_viewport_size({"width": width, "height": min(6000, max(height, before["height"]))})
    page.wait_for_timeout(700)  # charts take their new width
    picture = page.screenshot()
    page.set_viewport_size(before)
    return picture


def settle(lab: Lab) -> None:
    lab.settled()
    lab.page.wait_for_timeout(1500)  # fonts, transitions and what Plotly still draws


def shots(browser: Any, server: Server, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for scheme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                base_url=server.url, color_scheme=scheme,
                viewport={"width": width, "height": height},
            )  # fmt: skip
            lab = Lab(context.new_page())
            visits: dict[str, Act] = dict(STATES)
            for info in find_pages():
                path = "/" if info.name == "home" else f"/{info.name}"
                visits[info.name] = lambda lab, path=path: lab.page.goto(path)  # type: ignore
            for name, visit in visits.items():
                visit(lab)
                settle(lab)
                picture = folder / f"{name}-{size}-{scheme}.png"
                picture.write_bytes(whole(lab.page))
                print(picture.relative_to(ROOT), flush=True)
            context.close()


def thumbnails(browser: Any, server: Server, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 1500})
    lab = Lab(context.new_page())
    for visit in (digits, regression, sweep):  # so that the table of runs holds something
        visit(lab)
    visits: dict[str, Act] = {
        "training": learned,
        "activations": lambda lab: lab.page.goto("/activations?section=signal"),
        "explain_tables": lambda lab: explained(lab, "section=all", "tables_beeswarm"),
    }
    for info in find_pages():
        if info.name == "home":
            continue
        visits.get(info.name, lambda lab, path=f"/{info.name}": lab.page.goto(path))(lab)
        lab.page.wait_for_timeout(4000)
        settle(lab)
        place = PICTURES.get(info.name, "[data-testid=stMainBlockContainer]")
        box = lab.page.locator(place).first.bounding_box()
        box["height"] = box["width"] * THUMBNAIL[1] / THUMBNAIL[0]
        image = Image.open(io.BytesIO(lab.page.screenshot(clip=box))).convert("RGB")
        small = image.resize(THUMBNAIL, Image.Resampling.LANCZOS)
        picture = folder / f"{info.name}.png"
        small.quantize(128, dither=Image.Dither.NONE).save(picture, optimize=True)
        print(picture.relative_to(ROOT), picture.stat().st_size, "bytes", flush=True)
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thumbnails", action="store_true")
    wanted = parser.parse_args()
    path = find()
    if path is None:
        sys.exit(NONE)
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        if wanted.thumbnails:
            thumbnails(browser, server, ROOT / "assets" / "thumbnails")
        else:
            shots(browser, server, ROOT / "shots")
        browser.close()


if __name__ == "__main__":
    main()
