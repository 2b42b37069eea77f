"""Articles, paragraphs or sentences as the unit, with the article kept as the cluster."""

from __future__ import annotations

import pandas as pd

from q7x2lab.arabic.sentences import split_paragraphs, split_sentences
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import StudyError, did_you_mean

SPLIT = {
    "article": lambda text: [(0, len(text))],
    "paragraph": split_paragraphs,
    "sentence": split_sentences,
}


def text_units(corpus: Corpus, unit: str = "article") -> pd.DataFrame:
    """One row a unit: `article start end text`, then the columns of its article but its text.

    article is the article number, start and end are offsets in its text; `cluster` and `weight`
    are the article's, so that units of one article (and of its copies) are resampled together.
    Raises StudyError for an unknown unit.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال. وأضاف."})
    >>> text_units(Corpus(table), "sentence")["text"].tolist()
    ['قال.', 'وأضاف.']
    """
    if unit not in SPLIT:
        raise StudyError(f"no unit is called {unit!r}", remedy=did_you_mean(unit, SPLIT))
    texts = corpus.articles["text"]
    spans = [
        (article, start, end, text[start:end])
        for article, text in zip(texts.index, texts, strict=True)
        for start, end in SPLIT[unit](text)
    ]
    units = pd.DataFrame(spans, columns=["article", "start", "end", "text"])
    return units.join(corpus.articles.drop(columns="text"), on="article")
