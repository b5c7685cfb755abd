"""What does the loop of a training look like in plain torch? Only the lines that this one needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.plain.source import WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a program has to do."""

    dropout: bool
    shared_noise: bool  # silenced units are those of one seed for all networks
    bf16: bool
    penalty: bool  # L1 or L2
    clip: bool
    patience: bool
    schedule: bool
    changes: bool  # of the learning rate, in mid-run
    diverged: bool  # at least one network has
    talks: bool  # prints how far it is
    channels_last: bool
    seen: int  # examples of a part that are looked at on the way; 0: all

    @property
    def looks(self) -> bool:
        return self.patience or self.diverged or self.talks


class Slots(dict[str, list[str]]):
    """What stands at some places of a program, for each of its networks."""

    def varies(self, name: str) -> bool:
        return len(set(self[name])) > 1

    def number(self, name: str) -> str:
        """The argument or the constant that holds a number."""
        return name if self.varies(name) else name.upper()

    def called(self, name: str, arguments: str) -> str:
        """An expression as it stands, or a call of the argument that holds it as a function."""
        return f"{name}({arguments})" if self.varies(name) else self[name][0]

    def held(self, name: str) -> str:
        """A function's name, or the argument that holds it."""
        return name if self.varies(name) else self[name][0]

    def differing(self) -> list[str]:
        return [name for name in self if name != "seed" and self.varies(name)]


def mean_loss(slots: Slots, traits: Traits) -> str:
    """The function that measures a part."""
    loss, more = ("measure", ", measure") if slots.varies("measure") else (slots["measure"][0], "")
    outputs = "torch.cat([model(some) for some in x.split(1024)])"
    lines = [
        "@torch.no_grad()",
        f"def mean_loss(model, x, y{more}):",
        '    """The mean loss of a part, in evaluation mode."""',
        "    model.eval()",
        *_cast(traits, 4, [f"outputs = {outputs}{'.float()' if traits.bf16 else ''}"]),
        "    model.train()",
        f"    return {loss}(outputs, y).item()",
    ]
    return "\n".join(lines)


def train(slots: Slots, traits: Traits) -> str:
    """The function that trains one model."""
    number, measured = slots.number, ", measure" if slots.varies("measure") else ""
    looked = "seen" if traits.seen else "validation"
    rate = number("learning_rate")
    place = "DEVICE, memory_format=torch.channels_last" if traits.channels_last else "DEVICE"
    optimizer = slots.called("rule", f"model.parameters(), {rate}")
    lines = [
        f"(x, y), validation, test = {slots.held('parts')}({number('data_seed')})",
        f"seen = [part[:{traits.seen}] for part in validation]" if traits.seen else "",
        f"model = {slots.called('build', 'seed')}",
        f"model.to({place})",
        "with torch.no_grad():",
        "    for weight in model.parameters():",
        "        weight.mul_(1 + nudge)  # by nothing, unless a check asks for it",
        "noise = torch.Generator(DEVICE)\nattach(model, noise)" if traits.dropout else "",
        f"optimizer = {optimizer}",
        f"per_epoch = math.ceil(len(x) / {number('batch_size')})",
        f"steps = {number('epochs')} * per_epoch",
        f'found = {{"start": mean_loss(model, *{looked}{measured})}}',
        'best, best_step, best_weights = found["start"], 0, model.state_dict()'
        if traits.patience
        else "",
        "for step in range(steps):",
        *_update(slots, traits, looked, measured),
        "model.load_state_dict(best_weights)" if traits.patience else "",
        f'found["validation"] = mean_loss(model, *validation{measured})',
        f'found["test"] = mean_loss(model, *test{measured})',
        *(
            ["if not all(map(math.isfinite, found.values())):",
             '    return {"start": found["start"], "diverged": steps}']
            if traits.diverged else []
        ),
        "return found",
    ]  # fmt: skip
    body = "\n".join(fitted(line, 4) for line in lines if line).replace("\n", "\n    ")
    arguments = ", ".join(["seed", *slots.differing(), "nudge=0.0"])
    text = "Train one network: its losses, or the update at which its loss is no finite number."
    return f'def train({arguments}):\n    """{text}"""\n    {body}'


def _update(slots: Slots, traits: Traits, looked: str, measured: str) -> list[str]:
    number, size = slots.number, slots.number("batch_size")
    loss = "measure" if slots.varies("measure") else slots["measure"][0]
    noise = number("noise_seed") if traits.shared_noise else "seed"
    lines = [
        f"if step - best_step >= {number('patience')} * per_epoch:\n    break"
        if traits.patience
        else "",
        "epoch, batch = divmod(step, per_epoch)",
        "if batch == 0:",
        '    order = torch.randperm(len(x), generator=generator(seed, "order", epoch)).to(DEVICE)',
        f"rows = order[batch * {size} : (batch + 1) * {size}]",
        *_rate(slots, traits),
        f'noise.manual_seed(number_for({noise}, "dropout", step))' if traits.dropout else "",
        "optimizer.zero_grad()",
        *_cast(traits, 0, [f"loss = {loss}(model(x[rows]), y[rows])"]),
        "loss.backward()",
        *_penalty(slots, traits),
        f"nn.utils.clip_grad_norm_(model.parameters(), {_clip(slots)})" if traits.clip else "",
        "optimizer.step()",
        "if not math.isfinite(loss.item()):",
        '    return found | {"diverged": step + 1}',
        *_look(slots, traits, looked, measured),
    ]
    return [f"    {line}".replace("\n", "\n    ") for line in lines if line]


def _clip(slots: Slots) -> str:
    """The largest norm; among networks of which some are not clipped, 0 is none."""
    name = slots.number("clip")
    return f"{name} or math.inf" if "0.0" in slots["clip"] else name


def _rate(slots: Slots, traits: Traits) -> list[str]:
    if not (traits.schedule or traits.changes):
        return []
    factor = slots.called("factor", "step, steps, per_epoch")
    lines = [f"rate = {slots.number('learning_rate')}"]
    if traits.changes:
        lines += ["for first, changed in CHANGES:  # by hand, in mid-run",
                  "    rate = changed if epoch >= first else rate"]  # fmt: skip
    if traits.schedule:
        lines.append(f"rate *= {factor}")
    return [*lines, "for group in optimizer.param_groups:", '    group["lr"] = rate']


def _penalty(slots: Slots, traits: Traits) -> list[str]:
    if not traits.penalty:
        return []
    l1, l2 = slots.number("l1"), slots.number("l2")
    return [
        "with torch.no_grad():",
        "    for weight in model.parameters():",
        "        if weight.ndim > 1:  # biases are left free",
        f"            weight.grad.add_(weight, alpha={l2}).add_(weight.sign(), alpha={l1})",
    ]


def _look(slots: Slots, traits: Traits, looked: str, measured: str) -> list[str]:
    if not traits.looks:
        return []
    last = " or step + 1 == steps" if traits.patience or traits.diverged else ""
    lines = [
        f"if (step + 1) % {slots.number('look')} == 0{last}:",
        f"    value = mean_loss(model, *{looked}{measured})",
    ]
    if traits.diverged:
        own = f"x[:{traits.seen}], y[:{traits.seen}]" if traits.seen else "x, y"
        lines += [
            f"    if not math.isfinite(value + mean_loss(model, {own}{measured})):",
            '        return found | {"diverged": step + 1}',
        ]
    if traits.patience:
        lines += [
            "    if value < best:",
            "        best, best_step = value, step + 1",
            "        best_weights = {n: w.clone() for n, w in model.state_dict().items()}",
        ]
    if traits.talks:
        lines.append('    print(f"epoch {epoch + 1:5d}: validation loss {value:.5f}")')
    return lines


def _cast(traits: Traits, indent: int, lines: list[str]) -> list[str]:
    """Lines that compute in 16 bits, where that is wanted."""
    space = " " * indent
    if not traits.bf16:
        return [space + line for line in lines]
    inner = [f"{space}    {line}" for line in lines]
    return [f"{space}with torch.autocast(DEVICE.type, torch.bfloat16):", *inner]


GAP = '''def gap(found, screen):
    """The largest relative difference; infinite where only one has diverged, or elsewhere."""
    if "diverged" in screen:
        early = screen["diverged"] - found.get("diverged", math.inf)
        return 0.0 if 0 <= early < screen.get("late", 1) else math.inf
    return max(abs(found.get(n, math.inf) - v) / max(abs(v), 0.01) for n, v in screen.items())'''
CHECK = '''def check(screen, *arguments, **settings):
    """Train a network and assert what was on the screen.

    Rounding differs by machine, and some trainings make it grow until it decides the end. So one
    may end elsewhere, a hundred times as far as it does from weights a millionth larger.
    """
    found = train(*arguments, **settings)
    print({name: float(f"{value:.6g}") for name, value in found.items()})
    assert math.isclose(found["start"], screen["start"], rel_tol=TOLERANCE), f"Expected {screen}"
    difference = gap(found, screen)
    if difference <= TOLERANCE:
        print("The same result.")
        return
    moved = gap(found, train(*arguments, **settings, nudge=1e-6))
    assert difference <= 100 * moved, f"Expected {screen}"
    print(f"Apart by {difference:.1e}, as rounding can do: a nudge moves it by {moved:.1e}.")'''


def fitted(line: str, indent: int) -> str:
    """A line; one that is too long behind its indent has the arguments of its call below."""
    head, bracket, rest = line.partition("(")
    if len(line) + indent <= WIDTH or not rest.endswith(")") or "\n" in line:
        return line
    return f"{head}{bracket}\n    {rest[:-1]}\n)"


def dictionary(name: str, items: Mapping[str, str | Mapping[str, str]], comment: str = "") -> str:
    """A dictionary of texts or dictionaries: on one line where it fits, else one entry a line."""
    entries = [_entry(key, value) for key, value in items.items()]
    whole = f"{name} = {{{', '.join(entries)}}}"
    if len(whole) <= WIDTH and not comment:
        return whole
    comma = "," if len(entries) > 1 else ""
    note = f"  # {comment}" if comment else ""
    return "\n".join([f"{name} = {{{note}", *(f"    {one}{comma}" for one in entries), "}"])


def _entry(key: str, value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return f"{key}: {value}"
    inner = [f"{name}: {text}" for name, text in value.items()]
    whole = f"{key}: {{{', '.join(inner)}}}"
    if len(whole) + 5 <= WIDTH:
        return whole
    return "\n".join([f"{key}: {{", *(f"        {one}," for one in inner), "    }"])
