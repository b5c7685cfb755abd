"""Which picture is explained: one of the network's data, a file, or a drawing?"""

import hashlib

import streamlit as st

from dashboard.core.controls import control
from dashboard.core.words import reason, say, tr
from dashboard.explain_images.canvas import canvas
from dashboard.explain_images.climbs import pick_target
from dashboard.explain_images.menus import pick
from dashboard.explain_images.network import PICTURES, seen
from dashboard.explain_images.view import ImagesView
from engine.data import DataError
from engine.networks.classifiers import Classifier
from engine.pictures import MOST_BYTES, SUFFIXES
from engine.topics.explain_images.pictures.out_of_distribution import image_sets, pictures_of
from engine.topics.explain_images.pictures.uploads import Picture, fit, read_picture
from engine.topics.explain_images.subject import Subject, ask


def knobs(view: ImagesView, of: Classifier | None, sources: bool = True) -> None:
    """Where the picture comes from, which one, and the class to explain."""
    if sources:
        control(ImagesView, "images", view, "look.source")
        if view.look.source == "upload":
            control(ImagesView, "images", view, "look.fit")
    other(view)
    if not sources or view.look.source in ("data", "other"):
        control(ImagesView, "images", view, "picture")
    if of is not None:
        pick_target(view, of)


def other(view: ImagesView) -> None:
    """The menu of data sets, where the picture is of another one."""
    if view.look.source == "other":
        labels = image_sets()
        labels.setdefault(view.look.other, view.look.other)
        pick(view, "look.other", labels, view.look.other)


def subject(view: ImagesView, of: Classifier, sources: bool = True) -> Subject | None:
    """The picture that the link asks for; None after a sentence where there is none yet."""
    source = view.look.source if sources else "data"
    mask, truth, label = None, -1, ""
    if view.target >= len(of.classes):
        used = tr(of.classes[-1])
        text = say("explain_images.class_gone", asked=view.target, used=used)
        st.info(text, icon=":material/category:")
    if source == "data":
        try:
            examples = of.examples(PICTURES)
        except DataError as error:
            st.error(reason(error), icon=":material/error:")
            return None
        number = view.picture % len(examples.x)
        picture, truth = examples.pictures[number], int(examples.y[number])
        mask = None if examples.masks is None else examples.masks[number].numpy()
        name = f"{number}"
    elif source == "other":
        try:
            pictures, labels = pictures_of(view.look.other)
        except (ValueError, DataError) as error:
            st.error(reason(error), icon=":material/error:")
            return None
        number = view.picture % len(pictures)
        picture, label = fit(pictures[number], of.shape), labels[number]
        name = f"{view.look.other}-{number}"
    else:
        fills = of.config.data.fills if of.config else 0
        found = _uploaded(view, of) if source == "upload" else canvas(of.shape, fills)
        if found is None:
            st.info(say(f"explain_images.{source}_first"), icon=":material/image:")
            return None
        seen(of)
        picture, name = found, hashlib.sha256(found.numpy().tobytes()).hexdigest()[:16]
    return ask(of, picture, view.target, f"{source}-{name}", mask=mask, truth=truth, label=label)


def _uploaded(view: ImagesView, of: Classifier) -> Picture | None:
    file = st.file_uploader(
        say("explain_images.upload"),
        SUFFIXES,
        key="images_upload",
        max_upload_size=MOST_BYTES >> 20,
    )
    if file is None:
        return None
    try:
        around = of.mean if view.look.fit == "whole" else None
        return fit(read_picture(file.getvalue()), of.shape, around)
    except ValueError as error:
        st.error(reason(error), icon=":material/broken_image:")
        return None


def says(of: Classifier, found: Subject) -> str:
    """What the network answers, whether it is right, and which score is explained."""
    best, chances = found.predicted, found.chances
    text = say("explain_images.answer", name=tr(of.classes[best]), chance=f"{chances[best]:.1%}")
    if found.label:
        verdict = say("explain_images.of_other", name=found.label)
    elif found.truth < 0:
        verdict = say("explain_images.unknown")
    elif found.truth == best:
        verdict = say("explain_images.right")
    else:
        verdict = say("explain_images.wrong", name=tr(of.classes[found.truth]))
    explained = say(
        "explain_images.explained",
        name=tr(of.classes[found.target]),
        score=f"{found.logits[found.target]:.3f}",
        chance=f"{chances[found.target]:.1%}",
    )
    return f"{text} {verdict} {explained}"
