"""The words of exhibits in Arabic and English, from one file that a translator can mend."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.exhibits import Exhibit, Words
from q7x2lab.yaml_files import read_bundled

KINDS = ("title", "caption", "notes", "alternative")


@lru_cache(maxsize=1)
def exhibit_words() -> dict[str, dict[str, dict[str, str]]]:
    """For each exhibit its title, caption, notes and alternative text, in both languages.

    >>> exhibit_words()["corpus-flow"]["title"]["en"]
    'From rows read to articles counted'
    """
    words: dict[str, dict[str, dict[str, str]]] = read_bundled(
        "exhibits", "words", what="file of exhibit words"
    )
    return words


def make_exhibit(
    key: str,
    figure: Figure | None = None,
    table: pd.DataFrame | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    name: str = "",
    private: bool = False,
) -> Exhibit:
    """An exhibit whose words are those of the bundled file under that key.

    Parameters
    ----------
    key
        Where its words stand in ``data/words/exhibits.yaml``.
    values
        What takes the places in braces, as ``{by}``.
    name
        Its name in files where several are made of one kind; by default the key.
    private
        True where the table or figure holds article text.

    Examples
    --------
    >>> make_exhibit("corpus-flow", name="flow").title.en
    'From rows read to articles counted'
    """
    texts = {
        kind: Words(**{tongue: text.format_map(values or {}) for tongue, text in texts.items()})
        for kind, texts in exhibit_words()[key].items()
    }
    return Exhibit(name or key, figure, table, private=private, **texts)
