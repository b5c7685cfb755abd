"""How does the engine say a sentence that somebody may have to translate? With its values apart."""


class Said(str):
    """A sentence in English that still knows what it was made of.

    The engine knows no language. What it tells a person, an error above all, is made by `said`; the
    dashboard looks its template up in the reader's language and fills the values in there.
    """

    template: str
    values: dict[str, object]


def said(template: str, /, **values: object) -> Said:
    """The sentence of a template with {names}, filled in.

    Args:
        template: English; a literal, so that it can be collected for translators.
        values: by name; texts among them are translated, too, where they are sentences.
    """
    text = Said(template.format(**values) if values else template)
    text.template, text.values = template, values
    return text
