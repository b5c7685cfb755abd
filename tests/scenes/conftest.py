"""What does the scene that a test is named after open?

A test of `test_claims_<page>.py` is named after a scene's id. Its fixtures hold what the scene's
own link says, so that no setting is written twice.
"""

from pathlib import Path
from typing import Any

import pytest

from dashboard.core.scenes import Scene, scenes
from tests.scenes.named import page_of, test_of

VIEWS = {  # page: module and class of what its link holds
    "activations": ("dashboard.activations.view", "ActView"),
    "backpropagation": ("dashboard.backpropagation.view", "BackpropView"),
    "blind_spot": ("dashboard.blind_spot.view", "SpotView"),
    "explain_images": ("dashboard.explain_images.view", "ImagesView"),
    "explain_tables": ("dashboard.explain_tables.view", "TablesView"),
    "ladder": ("dashboard.ladder.view", "LadderView"),
    "neurons": ("dashboard.neurons.view", "NeuronsView"),
    "optimizers": ("dashboard.optimizers.view", "OptimView"),
    "sampling": ("dashboard.sampling.view", "SamplingView"),
    "training": ("engine.training.config", "TrainConfig"),
}


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> Scene:
    """The scene that the test is named after."""
    page, name = page_of(Path(request.path)), request.function.__name__
    (found,) = [one for one in scenes(page) if test_of(one.id) == name]
    return found


@pytest.fixture
def view(request: pytest.FixtureRequest, scene: Scene) -> Any:
    """All that the scene's link says of its page."""
    return opened(page_of(Path(request.path)), scene)


def opened(page: str, scene: Scene) -> Any:
    from importlib import import_module

    module, name = VIEWS[page]
    settings = {k: v for k, v in scene.settings.items() if k != "section"}
    if page == "training":  # how it is shown is no part of what is trained
        settings = {k: v for k, v in settings.items() if k not in ("compare", "vary", "values")}
    config, problems = getattr(import_module(module), name).read(settings)
    assert not problems, problems
    return config


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A store that holds the results that come with the app, as they are asked for."""
    from engine.runs.store import RunStore

    store = RunStore(tmp_path_factory.mktemp("scenes"))
    yield store
    store.close()
