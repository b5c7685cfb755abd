"""In which language does the interface speak? Sentences, and their translations.

English stands where it belongs: a setting's title beside the setting, a member's summary beside the
member, the sentences of a page in `assets/text/en/words/<page>.toml`, its scenes and lessons beside
them. A translation is a folder `assets/text/<language>` with one gettext catalogue, `messages.po`,
and lessons; what it lacks is said in English. Knows no Streamlit, so that figures may ask, too.
"""

from dashboard.language.catalogue import ENGLISH, Catalogue, languages, template
from dashboard.language.say import current, reason, say, speak_by, tr

__all__ = [
    "ENGLISH",
    "Catalogue",
    "current",
    "languages",
    "reason",
    "say",
    "speak_by",
    "template",
    "tr",
]
