"""Do published networks load without running anything, and stay what they were?"""

import hashlib
import http.server
import pickle
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.data import DataError
from engine.device import guard_torchvision
from engine.networks.classifiers import classifier
from engine.networks.published import PRETRAINED, fetch, pretrained, read_weights, safe

NETWORKS = list(PRETRAINED)
SMALL = "mobilenet_v3_small"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for data."""
    monkeypatch.setenv("BLINDSPOT_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / "models").mkdir(parents=True)
    classifier.cache_clear()
    return tmp_path / "data" / "models"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address where it is served."""
    root = tmp_path / "served"
    root.mkdir()
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0),
        lambda *args, **more: Quiet(*args, directory=str(root), **more),  # type: ignore[arg-type]
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield root, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def network(name: str) -> nn.Module:
    """As torchvision builds it, with weights that have not learned."""
    guard_torchvision()
    from torchvision import models

    return getattr(models, PRETRAINED[name].build)().eval()


@pytest.mark.parametrize("name", NETWORKS)
def test_made_safe_a_network_answers_as_before(name: str) -> None:
    plain = network(name)
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = plain(x)
        after = safe(plain)(x)
    assert torch.equal(before, after)


@pytest.mark.parametrize("name", NETWORKS)
def test_made_safe_no_activation_is_used_twice_and_none_writes_over_its_input(name: str) -> None:
    model, calls, changed = safe(network(name)), {}, []
    for inner, module in model.named_modules():
        if list(module.children()):
            continue

        def hook(module: nn.Module, given: tuple, out: torch.Tensor, inner: str = inner) -> None:
            calls[inner] = calls.get(inner, 0) + 1
            kept.append((inner, out, out.detach().clone()))

        module.register_forward_hook(hook)
    kept: list = []
    with torch.no_grad():
        model(torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)))
    changed = [inner for inner, out, copy in kept if not torch.equal(out, copy)]
    assert {inner for inner, times in calls.items() if times > 1} == set()
    assert not changed, "these outputs were written over after the layer gave them"


@pytest.mark.parametrize("suffix", ["pth", "safetensors"])
def test_a_file_in_the_data_folder_is_used(folder: Path, suffix: str) -> None:
    model = network(SMALL)
    if suffix == "pth":
        torch.save(model.state_dict(), folder / f"{SMALL}.pth")
    else:
        save_file(model.state_dict(), folder / f"{SMALL}.safetensors")
    found = classifier(SMALL)
    x = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.allclose(found.model(x), model(x), rtol=1e-3, atol=1e-14)
    assert len(found.classes) == 1000
    assert not found.model.training


def test_weights_are_downloaded_from_where_they_are_published(
    folder: Path, served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, address = served
    draft = root / "draft"
    torch.save(network(SMALL).state_dict(), draft)
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()[:8]
    draft.rename(root / f"{SMALL}-{digest}.pth")
    here = replace(PRETRAINED[SMALL], url=f"{address}{SMALL}-{digest}.pth")
    monkeypatch.setitem(PRETRAINED, SMALL, here)
    fetch(SMALL)
    assert pretrained(SMALL).shape == (3, 224, 224)

    (folder / here.file).unlink()
    (root / here.file).write_bytes(b"something else")
    with pytest.raises(DataError, match="could not be downloaded"):
        fetch(SMALL)
    assert not list(folder.iterdir()), "nothing is left of a wrong file"


def test_without_a_network_a_sentence_says_where_to_put_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=r"mobilenet_v3_small-047dcff4\.pth into"):
        classifier(SMALL)
    nowhere = replace(PRETRAINED[SMALL], url="http://127.0.0.1:9/x-00000000.pth")
    monkeypatch.setitem(PRETRAINED, SMALL, nowhere)
    with pytest.raises(DataError, match=r"put x-00000000\.pth into"):
        fetch(SMALL)


class Evil:
    def __reduce__(self) -> tuple:
        return (Path.touch, (Path("touched"),))


@pytest.mark.parametrize(
    "data", [b"", b"no weights", pickle.dumps(Evil(), 2), pickle.dumps([1, 2], 2)], ids=str
)
def test_what_is_no_file_of_weights_is_refused_and_never_run(
    tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.pth").write_bytes(data)
    with pytest.raises(ValueError, match=r"x\.pth"):
        read_weights(tmp_path / "x.pth")
    assert not (tmp_path / "touched").exists()


def test_weights_of_another_network_are_refused(folder: Path) -> None:
    torch.save(nn.Linear(2, 2).state_dict(), folder / f"{SMALL}.pth")
    with pytest.raises(ValueError, match="another network"):
        pretrained(SMALL)


NOISE = [
    b"junk",
    b"\x80\x02",
    b"\x80\x02}q\x00.",
    b"cos\nsystem\n",
    b"\x00" * 64,
    b"PK\x03\x04junk",
]


@pytest.mark.parametrize("content", NOISE)
@pytest.mark.parametrize("name", [f"{SMALL}.pth", f"{SMALL}.safetensors"])
def test_a_file_of_noise_is_refused_in_a_sentence(folder: Path, name: str, content: bytes) -> None:
    """Torch's reader of weights fails in many ways, by struct.error for one."""
    (folder / name).write_bytes(content)
    with pytest.raises(ValueError, match=r"weights|tensors|network|damaged"):
        pretrained(SMALL)


def test_tensors_need_names(folder: Path) -> None:
    torch.save({1: torch.zeros(2)}, folder / f"{SMALL}.pth")
    with pytest.raises(ValueError, match="tensors by name"):
        pretrained(SMALL)
