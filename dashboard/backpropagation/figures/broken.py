"""How does a wrong way back go? The film of the graph, with other slopes."""

from dashboard.backpropagation.figures.graph import Moment, film, number
from dashboard.figures.film import Film
from dashboard.language import say
from engine.topics.backpropagation.broken import Broken
from engine.topics.backpropagation.graph import Graph


def walk(graph: Graph, found: Broken) -> Film:
    """One frame a gate of the wrong walk; what ends wrong is framed in red in the last one."""
    end = found.right.output
    whole = frozenset(range(len(graph.vertices)))
    label = say("backpropagation.seed", name=graph.label(end))
    frames = [Moment(whole, {end: [1.0]}, frozenset(), end, label)]
    seen, passed = {end}, set[tuple[int, int]]()
    for number_of, step in enumerate(found.steps, 1):
        parts = []
        for k, i in enumerate(graph.vertices[step.at].inputs):
            if not graph.vertices[i].varies:
                continue
            seen.add(i)
            passed.add((step.at, k))
            parts.append(
                say(
                    "backpropagation.leaves_at",
                    sent=number(step.sent[k]),
                    to=graph.label(i),
                    slope=number(step.slope[i]),
                )
            )
        text = say(
            "backpropagation.backward",
            step=number_of,
            steps=len(found.steps),
            name=graph.label(step.at),
            passed_on="; ".join(parts),
        )
        arrived = {i: [step.slope[i]] for i in seen}
        frames.append(Moment(whole, arrived, frozenset(passed), step.at, text))
    return film(graph, found.right, frames=frames, wrong=found.wrong)
