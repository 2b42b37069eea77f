"""What is strange about a text: its script, its language, characters lost on the way."""

import re
import unicodedata
from collections import Counter

from q7x2lab.errors import counted

Flag = tuple[str, str]  # what is unusual, and the evidence

# Letters of Persian, Urdu and Kurdish that Arabic does not have.
OTHER_LETTERS = re.compile(r"[\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06cc\u06d2]")
ARABIC_SCRIPT = re.compile(r"[\u0600-\u06ff\u0750-\u077f]+")
LOOSE_STOP = re.compile(r"[\u0621-\u064a] [،.؛؟!]")
STOP = re.compile(r"[،.؛؟!]")
CELL_LIMIT = 32_767  # characters that Excel keeps of a cell
SAMPLE = 1200  # characters from which script and language are told


def text_flags(text: str) -> list[Flag]:
    """What is unusual about the language or form of a text, with the evidence.

    Another script than Arabic prevails; letters of Persian, Urdu or Kurdish; marks of machine
    translation (a space before punctuation, which Arabic never has); characters lost to a wrong
    encoding; a text cut at Excel's cell limit; a very short text.

    Examples
    --------
    >>> text_flags("An English text in the wrong column")
    [('not Arabic', 'Latin letters 100%'), ('very short', '7 words')]
    """
    found = _language_flags(text[:SAMPLE])
    loose = len(LOOSE_STOP.findall(text)) if " ،" in text or " ." in text else 0
    stops = len(STOP.findall(text)) if loose else 0
    if loose >= 5 and loose > 0.25 * stops:
        found.append(("perhaps machine-translated", f"space before {loose} of {stops} stops"))
    if (asked := text.count("?")) > 0.2 * len(text):
        found.append(("characters lost", f"{asked} of {len(text)} characters are ?"))
    if lost := text.count("\ufffd"):
        found.append(("characters lost", f"{lost} characters are U+FFFD"))
    if CELL_LIMIT - 2 <= len(text) <= CELL_LIMIT:
        found.append(("cut at Excel's cell limit", f"{len(text)} characters"))
    if text.count(" ") < 19:
        found.append(("very short", counted(len(text.split()), "word")))
    return found


def _language_flags(sample: str) -> list[Flag]:
    found = []
    arabic = sum(map(len, ARABIC_SCRIPT.findall(sample)))
    if arabic < 0.6 * len(sample):  # as it is where another script prevails
        letters = filter(str.isalpha, sample)
        names = Counter(unicodedata.name(each, "").split(" ")[0] for each in letters)
        if names["ARABIC"] < 0.5 * names.total():
            script, count = names.most_common(1)[0]
            found.append(("not Arabic", f"{script.title()} letters {count / names.total():.0%}"))
    others = len(OTHER_LETTERS.findall(sample))
    if others > max(3, 0.03 * arabic):
        share = f"{others / max(arabic, 1):.0%} of letters are not Arabic's"
        found.append(("perhaps Persian, Urdu or Kurdish", share))
    return found
