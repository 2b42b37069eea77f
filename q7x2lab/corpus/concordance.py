"""Concordances: passages of the articles' own text at the places of tokens."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[Any]


def cut_passages(texts: pd.Series, article: Numbers, *edges: Numbers) -> list[list[str]]:
    """For each row the passages of its article between one edge and the next.

    Parameters
    ----------
    texts
        The text of every article; only those asked for become Python strings.
    article
        Number of the text that each row is cut from.
    edges
        Character offsets of each row, ascending.

    Examples
    --------
    >>> cut_passages(pd.Series(["قال بوتين"]), np.array([0]), np.array([0]), np.array([3]))
    [['قال']]
    """
    wanted, place = np.unique(article, return_inverse=True)
    chosen = texts.iloc[wanted].tolist()
    rows = zip(place.tolist(), *(edge.tolist() for edge in edges), strict=True)
    return [[chosen[at][a:b] for a, b in pairwise(offsets)] for at, *offsets in rows]


def concordance_lines(
    texts: pd.Series,
    hits: Numbers,
    article: Numbers,
    start: Numbers,
    end: Numbers,
    *,
    window: int,
) -> pd.DataFrame:
    """Hits as `article left hit right`, with the tokens around each within its article.

    Parameters
    ----------
    texts
        The text of every article.
    hits
        Article, first and last token of each hit, n × 3.
    article, start, end
        Article and character offsets of every token.
    window
        Tokens shown on either side.

    Examples
    --------
    >>> texts, hits = pd.Series(["قال بوتين أمس"]), np.array([[0, 1, 1]])
    >>> columns = np.array([0, 0, 0]), np.array([0, 4, 10]), np.array([3, 9, 13])
    >>> concordance_lines(texts, hits, *columns, window=1).values.tolist()
    [[0, 'قال', 'بوتين', 'أمس']]
    """
    of, first, last = hits.T
    begins = np.searchsorted(article, np.arange(len(texts) + 1))
    begin = np.maximum(first - window, begins[of])
    final = np.minimum(last + window, begins[of + 1] - 1)
    found = cut_passages(texts, of, start[begin], start[first], end[last], end[final])
    rows = [(left.rstrip(), hit, right.lstrip()) for left, hit, right in found]
    table = pd.DataFrame(rows, columns=["left", "hit", "right"], dtype="str")
    return pd.concat([pd.DataFrame({"article": of}), table], axis=1)
