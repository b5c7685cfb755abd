"""What is the program, in plain torch, that repeats a training and checks its number?

It is put together from the sources of the parts: one file that imports torch alone. It trains each
network by itself, with the random numbers of the app. What trained as one batched program there
differs by rounding; where rounding decides a run, the program finds that out and says so.
"""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.data import Prepared
from engine.device import generator, number_for
from engine.nn.dropout import attach
from engine.plain import Plain, literal
from engine.training.batched_mixed import mixed_program
from engine.training.config import TrainConfig
from engine.training.loop import Plan
from engine.training.script_data import parts_of
from engine.training.script_text import (
    CHECK,
    GAP,
    Slots,
    Traits,
    dictionary,
    fitted,
    mean_loss,
    train,
)
from engine.training.sweep import SEEN

BESIDE = {"sklearn": "scikit-learn", "PIL": "Pillow", "numpy": "NumPy"}  # packages beside torch
SHOWN = 10  # looks at the validation part that a single training prints
DIGITS = 6  # of a number on the screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One network and what is on the screen of it."""

    config: TrainConfig
    label: str = ""  # of its setting, where there are several
    start: float  # validation loss before the first update
    losses: Mapping[str, float] = field(default_factory=dict)  # validation and test, at the end
    diverged: int = 0  # the update at which its loss stopped being finite; 0: it did not
    late: int = 1  # updates within which that was noticed

    def screen(self) -> dict[str, float]:
        if self.diverged:
            return {"start": short(self.start), "diverged": self.diverged, "late": self.late}
        return {"start": short(self.start)} | {n: short(v) for n, v in self.losses.items()}


def short(value: float) -> float:
    """A loss with as many digits as are checked."""
    return float(f"{value:.{DIGITS}g}")


def script(
    networks: Sequence[Network], name: str, *, together: bool, gpu: bool = False, threads: int = 1
) -> str:
    """The program.

    Args:
        networks: one, or several that were compared.
        name: of the run.
        together: whether they trained as one batched program.
        gpu: whether they trained on one.
        threads: with how many they trained on a CPU.

    Raises:
        DataError: the data's files are missing, whose sizes the program needs.
    """
    return _Script(networks, together, gpu, threads).text(name)


class _Script:
    def __init__(
        self, networks: Sequence[Network], together: bool, gpu: bool, threads: int
    ) -> None:
        self.networks, self.together, self.gpu, self.threads = networks, together, gpu, threads
        self.configs = [network.config for network in networks]
        self.data = [config.prepared() for config in self.configs]
        self.plain, self.slots = Plain(), Slots()

    def text(self, name: str) -> str:
        plain, slots = self.plain, self.slots
        plain.imports |= {"import math", "import torch"}
        plain.begin("Randomness: each source depends on the seed and on what it is for")
        plain.function(generator)
        self._parts()
        traits = self._traits()
        self._numbers(traits)
        plain.begin("Training")
        if traits.dropout:
            plain.function(attach)
            plain.function(number_for)
        if traits.clip:
            plain.imports.add("from torch import nn")
        plain.add("mean_loss", mean_loss(slots, traits))
        plain.add("train", train(slots, traits))
        plain.begin("Check")
        plain.add("gap", GAP)
        plain.add("check", CHECK)
        blocks = [
            f'"""{self._said(name)}"""',
            plain.imported(),
            f"{self._settings(traits)}\n",
            f"{plain.written()}\n",
            self._checked(),
        ]
        return "\n\n".join(blocks).rstrip() + "\n"

    def _each(
        self,
        source: Callable[[TrainConfig, Prepared], str],
        name: Callable[[TrainConfig], str] | None = None,
        arguments: str = "",
    ) -> list[str]:
        """What stands at a place for each network: functions of arguments where it differs."""
        found = [source(config, data) for config, data in zip(self.configs, self.data, strict=True)]
        if name is None or len(set(found)) == 1:
            return found
        texts = [fitted(f"return {text}", 4).replace("\n", "\n    ") for text in found]
        return [
            self.plain.add(name(config), f"def {name(config)}({arguments}):\n    {text}")
            for config, text in zip(self.configs, texts, strict=True)
        ]

    def _parts(self) -> None:
        """What the parts are, in plain torch."""
        plain, slots = self.plain, self.slots
        plain.begin("Data")
        slots["parts"] = self._each(lambda c, d: parts_of(plain, c, d))
        plain.begin("Network")
        slots["build"] = self._each(
            lambda c, d: c.model.source(plain, d.shape, c.task.outputs(d), c.layers, "seed"),
            lambda c: "built",
            "seed",
        )
        plain.begin("Loss, optimizer and schedule")
        slots["measure"] = self._each(lambda c, d: c.loss.source(plain, "", "").split("(")[0])
        slots["factor"] = self._each(
            lambda c, d: (
                "1.0"
                if c.schedule.id == "constant"
                else c.schedule.source(plain, "step", "steps", "per_epoch")
            ),
            lambda c: f"by_{c.schedule.id}",
            "step, steps, per_epoch",
        )
        ways = {c.optimizer for c in self.configs}
        rates = {c.learning_rate for c in self.configs}
        parameters = "parameters" if len(ways) > 1 else "model.parameters()"
        rate = "learning_rate" if len(ways) > 1 or len(rates) > 1 else "LEARNING_RATE"
        slots["rule"] = self._each(
            lambda c, d: c.optimizer.source(plain, parameters, rate),
            lambda c: f"by_{c.optimizer.id}",
            "parameters, learning_rate",
        )

    def _traits(self) -> Traits:
        configs, first, alone = self.configs, self.configs[0], not self.together
        dropout = "Dropout" in self.plain.texts
        seen = [SEEN if self.together else Plan.of(c, len(d.train.x)).examples
                for c, d in zip(configs, self.data, strict=True)]  # fmt: skip
        most = max(len(data.validation.y) for data in self.data)
        diverged = any(network.diverged for network in self.networks)
        return Traits(
            dropout=dropout,
            shared_noise=dropout and self.together,
            bf16=alone and first.precision == "bf16",
            penalty=any(c.l1 or c.l2 for c in configs),
            clip=any(c.clip for c in configs),
            patience=alone and first.patience > 0,
            schedule=set(self.slots["factor"]) != {"1.0"},
            changes=bool(first.changes),
            diverged=diverged,
            talks=len(self.networks) == 1,
            channels_last=alone and self.gpu and first.data.kind == "image",
            seen=max(seen) if most > min(seen) or (diverged and self.together) else 0,
        )

    def _numbers(self, traits: Traits) -> None:
        """The numbers of the settings, as far as this program has a use for them."""
        names = ["seed", "data_seed", "epochs", "batch_size", "learning_rate"]
        names += ["l1", "l2"] if traits.penalty else []
        names += ["clip"] if traits.clip else []
        names += ["patience"] if traits.patience else []
        for name in names:
            self.slots[name] = [literal(getattr(config, name)) for config in self.configs]
        if traits.shared_noise:
            firsts: dict[object, int] = {}
            for config in self.configs:
                firsts.setdefault(mixed_program(config), config.seed)
            self.slots["noise_seed"] = [literal(firsts[mixed_program(c)]) for c in self.configs]
        if traits.looks:
            self.slots["look"] = [
                literal(self._look(config, len(data.train.x), traits))
                for config, data in zip(self.configs, self.data, strict=True)
            ]

    @staticmethod
    def _look(config: TrainConfig, examples: int, traits: Traits) -> int:
        plan = Plan.of(config, examples)
        if traits.patience or traits.diverged:
            return plan.evaluate  # what is decided there, is decided there again
        return plan.per_epoch * -(-config.epochs // SHOWN)

    # ---- texts ----

    def _said(self, name: str) -> str:
        """What the program is, for its first lines."""
        first = self.configs[0]
        parts = [first.data, first.model, first.optimizer]
        shared = [part.about.label for part in parts if self._alike(part)]
        packages = {line.split()[1].split(".")[0] for line in self.plain.imports} & set(BESIDE)
        needs = " and ".join(["torch", *(BESIDE[name] for name in sorted(packages))])
        what = "a comparison" if len(self.networks) > 1 else "a training"
        said = f"It repeats {what} of Blindspot in plain PyTorch and checks what was on the screen."
        said += f" It needs {needs}" + (" alone." if needs == "torch" else ".")
        if "file_of" in self.plain.texts:
            said += f" Name the folder that holds the data: python {name}.py path/to/data"
        return f"{', '.join(shared) or 'Networks'}: run {name}.\n\n{textwrap.fill(said, 96)}\n"

    def _alike(self, part: object) -> bool:
        return all(part in (c.data, c.model, c.optimizer) for c in self.configs)

    def _settings(self, traits: Traits) -> str:
        slots = self.slots
        names = [n for n in slots if n not in ("parts", "build", "measure", "factor", "rule")]
        lines = [
            f"{name.upper()} = {slots[name][0]}{NOTES.get(name, '')}"
            for name in names
            if not slots.varies(name) and (name != "seed" or len(self.networks) == 1)
        ]
        if traits.changes:
            changes = literal(self.configs[0].changes)
            lines.append(f"CHANGES = {changes}  # from that epoch on, that learning rate")
        device = '"cuda" if torch.cuda.is_available() else "cpu"' if self.gpu else '"cpu"'
        lines.append(f"DEVICE = torch.device({device})")
        lines.append("TOLERANCE = 1e-4  # relative: another machine rounds differently")
        if not self.gpu:
            lines.append(f"torch.set_num_threads({self.threads})  # sums are in its order")
        return "\n".join(["# ---- Settings ----", *lines])

    def _checked(self) -> str:
        """The last lines: what was on the screen, and the check of each network."""
        networks, differing = self.networks, self.slots.differing()
        if len(networks) == 1:
            found = {
                f'"{name}"': repr(value)
                for name, value in networks[0].screen().items()
                if name != "late"
            }
            return f"{dictionary('SCREEN', found)}\ncheck(SCREEN, SEED)"
        kinds: dict[bool, dict[str, str]] = {}
        for one in networks:
            key = f"({literal(one.label)}, {one.config.seed})" if differing else one.config.seed
            kinds.setdefault(one.diverged > 0, {})[str(key)] = literal((*one.screen().values(),))
        lines: list[str] = []
        for died, rows in sorted(kinds.items()):
            name, heads, columns, note = DIED if died else ENDED
            each = f"{{key: dict(zip({heads}, row, strict=True)) for key, row in {name}.items()}}"
            more = "|=" if died and len(kinds) > 1 else "="
            lines += [
                f"{heads} = {columns}",
                dictionary(name, rows, note),
                f"screens {more} {each}",
            ]
        if not differing:
            loop = ["for seed, screen in screens.items():", '    print(f"seed {seed}", end=": ")',
                    "    check(screen, seed)"]  # fmt: skip
            return "\n".join([*lines, *loop])
        settings = {
            literal(one.label): {f'"{name}"': self.slots[name][index] for name in differing}
            for index, one in enumerate(networks)
        }
        loop = ["for (label, seed), screen in screens.items():",
                '    print(f"{label}, seed {seed}", end=": ")',
                "    check(screen, seed, **SETTINGS[label])"]  # fmt: skip
        return "\n".join([dictionary("SETTINGS", settings), *lines, *loop])


ENDED = (
    "SCREEN",
    "ENDED",
    '"start", "validation", "test"',
    "loss of the validation part before the first update and at the end, of the test",
)
DIED = (
    "DIVERGED",
    "DIED",
    '"start", "diverged", "late"',
    "first loss, the update at which it was no number, and how late that was seen",
)
NOTES = {
    "look": "  # updates between two looks at the validation part",
    "noise_seed": "  # of dropout, the same for all networks",
    "epochs": "  # passes over the training part",
    "batch_size": "  # examples an update",
}
