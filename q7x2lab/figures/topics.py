"""Figures of topic models. Topics that did not survive resampling are drawn grey everywhere."""

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.corpus.periods import PERIODS, period_labels
from q7x2lab.data.phrases import value_word
from q7x2lab.errors import AnalysisError
from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.drawing import Events
from q7x2lab.figures.labels import in_language, note, phrase, wrap_label
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, Look
from q7x2lab.figures.words import make_exhibit
from q7x2lab.topics.choice_of_k import MEASURES, TopicGrid
from q7x2lab.topics.readers import IntrusionScore, IntrusionTask
from q7x2lab.topics.stability import STABLE, Stability, with_badges
from q7x2lab.topics.topic_model import TopicModel

UNSTABLE = "unstable"


def plot_topic_words(
    model: TopicModel, *, stability: Stability | None = None, n: int = 8, language: str = "en"
) -> Figure:
    """Bars of each topic's n most probable words, one panel a topic.

    Parameters
    ----------
    model
        What `fit_topics` returned.
    stability
        What `stability` returned for it: unstable topics are grey and called so.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> from q7x2lab.topics.choice_of_k import fit_topics
    >>> figure = plot_topic_words(fit_topics(two_subjects(), k=2), n=2)
    >>> len(figure.axes), len(figure.axes[0].patches)
    (2, 2)
    """
    table = model.words(n)
    badges = with_badges(model.labelled(), stability)["badge"].tolist()
    figure, height = drawing.panel_grid(model.k, 20 + 4 * n)
    for topic, panel in enumerate(figure.axes):
        part, badge = table[table["topic"] == topic], badges[topic]
        paint, ink = (PALE, GREY) if badge == UNSTABLE else (PALETTE[2], INK)
        drawing.bars(panel, part["word"], part["probability"], paint)
        share = f"{model.prevalence['share'][topic]:.1%}"
        under = " · ".join(filter(None, [str(topic), share, value_word("badge", badge, language)]))
        drawing.name_panel(panel, f"{model.labels[topic]}\n{under}", color=ink)
        panel.locator_params(axis="x", nbins=3)
    return drawing.finish(figure, height, note(language, "topic_words"))


def plot_topic_prevalence(
    shares: pd.DataFrame, *, events: Events = (), language: str = "en"
) -> Figure:
    """Each topic's share over time with its interval, one panel a topic, and events as lines.

    Parameters
    ----------
    shares
        What `topic_shares_by` returned for a period (day, week, month, quarter or year). A period
        without articles is a gap, one without an interval (too few articles) is hollow, an
        unstable topic grey.
    events
        Mappings of ``date`` with ``ar`` or ``en``: numbered lines, named below.

    Examples
    --------
    >>> months = pd.to_datetime(["2022-01-01", "2022-02-01"])
    >>> shares = pd.DataFrame({"month": months, "topic": 0, "label": "Sport", "badge": "stable",
    ...                        "share": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5],
    ...                        "articles": 9})
    >>> [axes.get_title() for axes in plot_topic_prevalence(shares).axes]
    ['Sport']
    """
    period = shares.columns[0]
    shares = shares.assign(group="", period=period_labels(shares[period], period))
    titles, unstable = _titles(shares, language)
    figure, height, notes = drawing.lines_over_time(
        shares, "topic", titles, language, grey=unstable, events=events
    )
    figure.supylabel(phrase(language, "topic_share"))
    return drawing.finish(figure, height, *notes)


def plot_topic_groups(shares: pd.DataFrame, *, language: str = "en") -> Figure:
    """Topics by group as dots with intervals: a row a topic, a mark a group.

    Parameters
    ----------
    shares
        What `topic_shares_by` returned for one column. The ground of an unstable topic's row is
        grey; a group without an interval (too few articles) is hollow.

    Examples
    --------
    >>> shares = pd.DataFrame({"outlet": ["x", "y"], "topic": 0, "label": "Sport",
    ...                        "badge": "unstable", "share": [0.2, 0.4], "low": [0.1, 0.3],
    ...                        "high": [0.3, 0.5]})
    >>> axes = plot_topic_groups(shares).axes[0]
    >>> [tick.get_text() for tick in axes.get_yticklabels()]
    ['Sport (unstable)']
    """
    shares = shares.assign(group=shares.iloc[:, 0].astype(str))
    titles, unstable = _titles(shares, language)
    named = {topic: wrap_label(title, 30) for topic, title in titles.items()}
    figure, axes, height = drawing.rows_of_marks(shares, "topic", named)
    for topic in unstable:
        place = -list(titles).index(topic)
        axes.axhspan(place - 0.45, place + 0.45, color=PALE, alpha=0.6, lw=0, zorder=0)
    axes.set_xlabel(phrase(language, "topic_share_interval"))
    return drawing.finish(figure, height)


def _titles(shares: pd.DataFrame, language: str) -> tuple[dict[Any, str], list[Any]]:
    """The label of each topic, that of an unstable one marked, and the unstable ones."""
    topics = shares.drop_duplicates("topic").set_index("topic")
    mark = f" ({value_word('badge', UNSTABLE, language)})"
    marks = topics["badge"].map({UNSTABLE: mark}).fillna("")
    return dict(topics["label"] + marks), list(topics.index[topics["badge"] == UNSTABLE])


def plot_topic_grid(grid: TopicGrid, *, language: str = "en") -> Figure:
    """The measures over K with 95 % intervals, the chosen K as a line, and the reason in words.

    Parameters
    ----------
    grid
        What `topic_grid` returned.

    Examples
    --------
    >>> names = ["stability", "likelihood", "npmi", "exclusivity", "diversity"]
    >>> columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    >>> table = pd.DataFrame(0.5, index=range(2), columns=columns).assign(k=[2, 3])
    >>> grid = TopicGrid(table, 2, True, "K = 2 stands out", None)
    >>> plot_topic_grid(grid).get_supxlabel()
    'K = 2 stands out'
    """
    figure, height = drawing.panel_grid(len(MEASURES), 45)
    table, style = grid.table, "-" if grid.decided else ":"
    for panel, name in zip(figure.axes, MEASURES, strict=True):
        low, high = table[f"{name}_low"], table[f"{name}_high"]
        panel.vlines(table["k"], low, high, color=PALETTE[4], lw=3)
        panel.plot(table["k"], table[name], "o-", color=INK, ms=4, lw=0.8)
        panel.axvline(grid.chosen, color=PALETTE[1], ls=style, lw=1)
        panel.set_title(phrase(language, name))
        panel.set_xlabel("K")
    figure.axes[0].axhline(STABLE, color=GREY, ls="--", lw=0.8)
    return drawing.finish(figure, height, in_language(grid.reason, language))


def exhibit_topic_words(
    model: TopicModel, *, stability: Stability | None = None, language: str = "en"
) -> Exhibit:
    """The most probable words of each topic, with its share and coherence in the table.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> from q7x2lab.topics.choice_of_k import fit_topics
    >>> exhibit_topic_words(fit_topics(two_subjects(), k=2)).name
    'topics-words'
    """
    draw = partial(plot_topic_words, model, stability=stability)
    table = with_badges(model.prevalence, stability)
    table = table.assign(words=model.first_words(10), npmi=model.quality["npmi"].to_numpy())
    return make_exhibit("topics-words", draw, table, {"k": model.k}, language=language)


def exhibit_topic_articles(model: TopicModel) -> Exhibit:
    """The articles with the largest share of each topic, to be read before it is named.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> from q7x2lab.topics.choice_of_k import fit_topics
    >>> exhibit_topic_articles(fit_topics(two_subjects(), k=2)).private
    True
    """
    return make_exhibit("topics-articles", None, model.typical_articles(5))


def exhibit_topic_grid(model: TopicModel, *, language: str = "en") -> Exhibit:
    """How the number of topics was chosen, as a figure and a table with their words.

    Raises
    ------
    AnalysisError
        Where the number was given.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> from q7x2lab.topics.choice_of_k import fit_topics
    >>> exhibit_topic_grid(fit_topics(two_subjects(), k="auto")).name
    'topics-grid'
    """
    if model.choice is None:
        what = f"the number of topics, {model.k}, was given and not chosen"
        raise AnalysisError(what, remedy="k: auto says whether another stands out")
    draw = partial(plot_topic_grid, model.choice)
    why = {"reason": model.choice.reason}
    return make_exhibit("topics-grid", draw, model.choice.table, why, language=language)


def exhibit_intrusion(score: IntrusionScore, task: IntrusionTask) -> Exhibit:
    """How often readers found the word or topic that does not belong, as a table.

    Examples
    --------
    >>> topics = pd.DataFrame({"topic": [0], "items": 1, "answers": 2, "precision": 1.0})
    >>> score = IntrusionScore(topics, 1.0, 0.9, 1.0, 0.17, None, ("A",))
    >>> exhibit_intrusion(score, IntrusionTask("word", pd.DataFrame(), pd.DataFrame())).name
    'topics-intrusion-word'
    """
    name = f"topics-intrusion-{task.kind}"
    return make_exhibit("topics-intrusion", None, score.topics, {"score": str(score)}, name=name)


def exhibit_stability(found: Stability) -> Exhibit:
    """How the topics fare when the model is fitted again, as a table.

    Examples
    --------
    >>> topics = pd.DataFrame({"topic": [0, 1], "label": ["gas", "cup"], "score": [0.9, 0.4],
    ...                        "score_low": [0.8, 0.3], "score_high": [1.0, 0.5],
    ...                        "badge": ["stable", "unstable"]})
    >>> exhibit_stability(Stability(topics, pd.DataFrame(), topics)).name
    'topics-stability'
    """
    return make_exhibit("topics-stability", None, found.topics)


def exhibit_topic_shares(
    shares: pd.DataFrame, *, events: Events = (), drawn: bool = True, language: str = "en"
) -> Exhibit:
    """Topic shares by group or over time, as a table with their words and, if drawn, a figure.

    Examples
    --------
    >>> shares = pd.DataFrame({"outlet": ["x", "y"], "topic": 0, "label": "Sport",
    ...                        "badge": "unstable", "share": [0.2, 0.4], "low": [0.1, 0.3],
    ...                        "high": [0.3, 0.5], "difference": 0.1, "difference_low": -0.1,
    ...                        "difference_high": 0.3})
    >>> exhibit_topic_shares(shares).name
    'topics-by-outlet'
    """
    by = str(shares.columns[0])
    kind, groups, draw = "topics-by", shares[by], partial(plot_topic_groups, shares)
    if by in PERIODS:
        kind, groups = "topics-over", period_labels(groups, by)
        draw = partial(plot_topic_prevalence, shares, events=events)
    table = shares.assign(group=groups)
    options: Look = {"name": f"topics-by-{by}", "language": language}
    return make_exhibit(kind, draw if drawn else None, table, {"by": by}, **options)
