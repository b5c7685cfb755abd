"""The trained densities of this server, as members of the family of networks."""

from typing import ClassVar

from engine.networks import Described, Member, Origin, Source, Use, source
from engine.runs.handed import trained
from engine.runs.store import RunStore
from engine.runs.work import NETWORK as RUN
from engine.runs.work import load
from engine.topics.autoregressive.config import DensityConfig
from engine.topics.autoregressive.shipped import names, shipped
from engine.words import said

USE: Use = "density"
LABELS = {
    "digits": said("digits 8×8"),
    "letters": said("letters 16×16"),
    "glyphs": said("letters 16×16, seen through a small field"),
}


def _described(
    id: str, label: str, origin: Origin, config: DensityConfig, bits: float, parameters: int
) -> Described:
    data = config.at_hand()
    return Described(
        id=id,
        label=label,
        origin=origin,
        kind="image",
        shape=data.shape,
        lowest=0,
        highest=data.levels - 1,
        classes=data.classes if config.conditional else (),
        parameters=parameters,
        quality=said("{bits:.3f} bits a value on pictures that it has not seen.", bits=bits),
        lacks=()
        if config.conditional
        else (said("It knows no classes: what it draws cannot be asked for."),),
    )


def _label(config: DensityConfig) -> str:
    return said(
        "{data}: {model}",
        data=(getattr(config.source, "data", None) or config.source).about.label,
        model=config.model.about.label,
    )


@source
class ShippedDensities(Source):
    use: ClassVar[Use] = USE
    origin: ClassVar[Origin] = "shipped"

    def members(self, store: RunStore) -> list[Member]:
        order = sorted(names(), key=lambda id: [*LABELS, id].index(id))
        return [Member(id=id, label=LABELS.get(id, id), origin="shipped") for id in order]

    def describe(self, id: str) -> Described | None:
        if id not in names():
            return None
        found = shipped(id)
        bits, count = found.measured["bits_per_dim"]["test"], found.measured["parameters"]
        return _described(id, LABELS.get(id, id), "shipped", found.config, bits, count)


@source
class TrainedDensities(Source):
    """Finished runs of the sampling page."""

    use: ClassVar[Use] = USE
    origin: ClassVar[Origin] = "trained"

    def members(self, store: RunStore) -> list[Member]:
        found = []
        for run in store.runs():
            if run.kind != DensityConfig.kind or run.state != "done":
                continue
            try:
                config = load(run.config)
            except ValueError:  # of a version that had other settings
                continue
            if isinstance(config, DensityConfig):
                label = said(
                    "{what}, {bits:.3f} bits a value ({key})",
                    what=_label(config),
                    bits=run.summary.get("test_loss", float("nan")),
                    key=run.key[:6],
                )
                found.append(Member(id=RUN + run.key, label=label, origin="trained"))
        return found

    def describe(self, id: str) -> Described | None:
        if not id.startswith(RUN):
            return None
        run = trained(id.removeprefix(RUN))
        config = load(run.config) if run else None
        if run is None or not isinstance(config, DensityConfig):
            raise ValueError(
                said("There is no trained density {key!r}; train one first.", key=id[:20])
            )
        bits, count = run.summary.get("test_loss", float("nan")), run.summary.get("parameters", 0)
        return _described(id, _label(config), "trained", config, bits, int(count))
