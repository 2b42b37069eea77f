"""Explorers that write: names that people give to topics, and whether a hit is of its frame."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from q7x2lab.explore.explorers import LINES, TEXT, Explorer, Fields, make_explorer, table_html
from q7x2lab.figures.words import head
from q7x2lab.framing.scores import Frames
from q7x2lab.studies.outputs import save_files
from q7x2lab.studies.tables import csv_text
from q7x2lab.studies.topic_files import name_topic
from q7x2lab.topics.topic_model import RELEVANCE, TopicModel

CODER = "explorer"


def buttons(acts: Mapping[str, Callable[[], str]]) -> widgets.HBox:
    """A button for each act, and beside them what the last one told."""
    told, made = widgets.Label(), []
    for words, act in acts.items():
        made.append(widgets.Button(description=words))
        made[-1].on_click(lambda _, act=act: setattr(told, "value", act()))
    return widgets.HBox([*made, told])


def judge_hit(frames: Frames, hit: pd.Series, right: bool, sheet: str | Path | None = None) -> str:
    """Write into a coding sheet whether a sentence carries the frame it was found by.

    Parameters
    ----------
    hit
        A row of `Frames.quoted`.
    sheet
        The file, by default ``judged-`` and the scheme's name; a sentence judged again counts as
        judged last. Read it with ``q.coding_from_table(pd.read_csv(sheet))``. It holds sentences
        that were found by the lexicon, so it tells the precision of it and not the recall.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> from q7x2lab.framing.scores import score_frames
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "تصاعد الخلاف."})
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), "generic")
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "judged.csv")
    ...     _ = judge_hit(frames, frames.quoted("conflict").iloc[0], True, path)
    ...     pd.read_csv(path)[["id", "coder", "conflict"]].values.tolist()
    [['a', 'explorer', 1]]
    """
    path = Path(sheet or f"judged-{frames.scheme.id}.csv")
    row = {"id": hit["id"], "coder": CODER, "text": hit["text"], hit["frame"]: int(right)}
    known = [pd.read_csv(path, dtype={"id": str}, encoding="utf-8-sig")] if path.exists() else []
    keys = ["id", "coder", "text"]
    rows = pd.concat([*known, pd.DataFrame([row])])
    table = rows.groupby(keys, sort=False).last().astype("Int64")
    save_files({path.name: csv_text(table.reset_index())}, "coding", folder=path.parent)
    return f"{hit['frame']}: {path}"


def explore_topics(
    model: TopicModel, *, labels: str | Path | None = None, language: str = "en"
) -> Explorer:
    """A topic's words by relevance, its most typical articles, and a field for its name.

    Parameters
    ----------
    labels
        The file that names are written to, as for `name_topic`.

    Notes
    -----
    Relevance weighs the probability of a word against its lift: Sievert and Shirley (2014).

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import fit_model, two_subjects
    >>> explore_topics(fit_model(two_subjects(), 2)).name
    'explore-topics'
    """

    def answer(topic: int = 0, relevance: float = RELEVANCE, name: str = "") -> tuple[str, str]:
        words = model.words(LINES // 2, by="relevance", weight=relevance).query("topic == @topic")
        own = articles.query("topic == @topic").drop(columns=["topic"])
        asked = f'.query("topic == {topic}")'
        code = f'model.words({LINES // 2}, by="relevance", weight={relevance}){asked}'
        code = f"display({code}, model.typical_articles(){asked})"
        return table_html(words[["word", "probability", "relevance"]]) + table_html(own), code

    def naming(fields: Fields) -> widgets.HBox:
        topic, _, name = fields.values()
        return buttons(
            {head(language, "name_it"): lambda: name_topic(model, topic.value, name.value, labels)}
        )

    titles = [(label, topic) for topic, label in enumerate(model.labels)]
    slider = partial(widgets.FloatSlider, RELEVANCE, min=0, max=1, step=0.05)
    fields = {"topic": partial(widgets.Dropdown, options=titles), "relevance": slider, "name": TEXT}
    articles = model.typical_articles()
    parts: Any = {"fields": fields, "answer": answer, "extra": naming, "language": language}
    return make_explorer("explore-topics", articles, **parts)


def explore_frames(
    frames: Frames, *, sheet: str | Path | None = None, called: str = "frames", language: str = "en"
) -> Explorer:
    """The share of each frame, the sentences behind it, and a tick for right or wrong.

    Parameters
    ----------
    sheet
        The file that judgements are written to, as for `judge_hit`.
    called
        What the code that can be copied calls the frames; in a loop their place in the list.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> from q7x2lab.framing.scores import score_frames
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "تصاعد الخلاف."})
    >>> explore_frames(score_frames(tokenize_corpus(Corpus(table)), "generic")).name
    'explore-frames-generic...'
    """
    names = [(title, name) for name, title in frames.titles(language).items()]

    def answer(frame: str = names[0][1], sentence: int = 1) -> tuple[str, str]:
        found = frames.quoted(frame, n=LINES).iloc[sentence - 1 : sentence]
        shares = frames.shares.query("frame == @frame")[["group", "share", "low", "high"]]
        code = f"{called}.quoted({frame!r}, n={LINES}).iloc[{sentence - 1}:{sentence}]"
        code = f'display({called}.shares.query("frame == {frame!r}"), {code})'
        return table_html(shares) + table_html(found), code

    def ticks(fields: Fields) -> widgets.HBox:
        frame, sentence = fields.values()

        def judge(right: bool) -> str:
            hits = frames.quoted(frame.value, n=LINES).iloc[sentence.value - 1 :]
            sentence.value += 1
            return "" if hits.empty else judge_hit(frames, hits.iloc[0], right, sheet)

        acts = {"is_right": partial(judge, True), "is_wrong": partial(judge, False)}
        return buttons({head(language, word): act for word, act in acts.items()})

    number = partial(widgets.BoundedIntText, 1, min=1, max=LINES)
    fields = {"frame": partial(widgets.Dropdown, options=names), "sentence": number}
    parts: Any = {"fields": fields, "answer": answer, "extra": ticks, "language": language}
    name = f"explore-frames-{frames.scheme.id}"
    return make_explorer("explore-frames", frames.quoted(n=LINES), name=name, **parts)
