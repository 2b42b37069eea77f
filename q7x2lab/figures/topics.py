"""Figures of topic models. Topics that did not survive resampling are drawn grey everywhere."""

from math import ceil

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.corpus.periods import PERIODS, period_labels
from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.drawing import Events
from q7x2lab.figures.labels import arabic_label, phrase, wrap_label
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, new_figure
from q7x2lab.figures.words import make_exhibit
from q7x2lab.topics.choice_of_k import TopicGrid
from q7x2lab.topics.model import TopicModel
from q7x2lab.topics.stability import NOT_ASSESSED, STABLE, TENTATIVE, Stability, with_badges

UNSTABLE = "unstable"
COLUMNS = 3  # of panels beside each other
MEASURES = ("stability", "likelihood", "npmi", "exclusivity", "diversity")


def plot_topic_words(
    model: TopicModel,
    *,
    stability: Stability | None = None,
    n: int = 8,
    by: str = "probability",
    language: str = "both",
) -> Figure:
    """Bars of each topic's n best words, one panel a topic.

    Parameters
    ----------
    model
        What `fit_topics` returned.
    stability
        What `stability` returned for it: unstable topics are grey and called so.
    by
        What makes a word one of the best: ``probability``, ``frex`` or ``relevance``.

    Examples
    --------
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> from q7x2lab.topics.choice_of_k import fit_topics
    >>> figure = plot_topic_words(fit_topics(two_subjects(), k=2), n=2)
    >>> len(figure.axes), len(figure.axes[0].patches)
    (2, 2)
    """
    table = model.words(n, by=by)
    badges = with_badges(model.labelled(), stability)["badge"].tolist()
    figure = new_figure(190, 24 + ceil(model.k / COLUMNS) * (24 + 7 * n))
    for topic, panel in enumerate(drawing.panel_grid(figure, model.k, COLUMNS)):
        part, badge = table[table["topic"] == topic], badges[topic]
        places = np.arange(len(part))[::-1]
        paint = PALE if badge == UNSTABLE else PALETTE[2]
        panel.barh(places, part[by], color=paint, edgecolor=INK, linewidth=0.3)
        panel.set_yticks(places, [arabic_label(word) for word in part["word"]], fontsize=9)
        panel.set_title(wrap_label(model.labels[topic], 34), fontsize=10)
        note = f"{topic} · {model.prevalence['share'][topic]:.1%}"
        note += f" · {badge}" if badge != NOT_ASSESSED else ""
        panel.set_xlabel(note, fontsize=8, color=GREY if badge == UNSTABLE else INK)
        panel.tick_params(axis="x", labelsize=7)
        panel.locator_params(axis="x", nbins=3)
    figure.suptitle(phrase(language, "topic_words", by=by))
    return figure


def plot_topic_prevalence(
    shares: pd.DataFrame, *, events: Events = (), language: str = "both"
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
    ...                        "share": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5]})
    >>> [axes.get_title() for axes in plot_topic_prevalence(shares).axes]
    ['Sport']
    """
    period = shares.columns[0]
    shares = shares.assign(period=period_labels(shares[period], period))
    periods = drawing.every_period(shares["period"].tolist())
    topics = shares.drop_duplicates("topic").set_index("topic")
    grey = set(topics.index[topics["badge"] == UNSTABLE])
    titles = {
        topic: wrap_label(label, 32) + (f"\n{UNSTABLE}" if topic in grey else "")
        for topic, label in topics["label"].items()
    }
    figure = new_figure(190, 24 + 42 * ceil(len(topics) / COLUMNS))
    panels = drawing.panel_grid(figure, len(topics), COLUMNS)
    drawing.lines_over_time(panels, shares.assign(group=""), "topic", titles, periods, grey=grey)
    places = drawing.event_places(events, periods)
    top = 1.05 * shares[["share", "high"]].max().max()
    for panel in panels:
        drawing.draw_events(panel, places, len(periods))
        panel.set_ylim(0, top)  # one scale for all
    figure.supylabel(phrase(language, "topic_share", join=" · "), fontsize=9)
    if events:
        figure.supxlabel("\n".join(drawing.event_names(events, places, language)), fontsize=8)
    return figure


def plot_topic_groups(shares: pd.DataFrame, *, language: str = "both") -> Figure:
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
    topics, groups = shares.drop_duplicates("topic"), shares["group"].nunique()
    flagged = [_flagged(row["label"], row["badge"]) for row in topics.to_dict("records")]
    titles = {t: wrap_label(text, 30) for t, text in zip(topics["topic"], flagged, strict=True)}
    figure = new_figure(170, 30 + len(topics) * (5 + 4 * groups))
    axes = figure.subplots()
    drawing.dots_by_row(axes, shares, "topic", titles)
    for place in np.flatnonzero(topics["badge"] == UNSTABLE):
        axes.axhspan(-place - 0.45, -place + 0.45, color=PALE, alpha=0.6, lw=0, zorder=0)
    axes.set_xlabel(phrase(language, "topic_share_interval"))
    figure.legend(loc="outside upper center", ncols=min(COLUMNS, groups), fontsize=9)
    return figure


def _flagged(label: str, badge: str) -> str:
    return f"{label} ({badge})" if badge == UNSTABLE else label


def plot_topic_grid(grid: TopicGrid, *, language: str = "both") -> Figure:
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
    >>> plot_topic_grid(grid).axes[-1].texts[0].get_text()
    'K = 2 stands out'
    """
    figure, table = new_figure(190, 125), grid.table
    axes = figure.subplots(2, 3).ravel()
    for panel, name in zip(axes, MEASURES, strict=False):
        low, high = table[f"{name}_low"], table[f"{name}_high"]
        panel.vlines(table["k"], low, high, color=PALETTE[4], lw=3)
        panel.plot(table["k"], table[name], "o-", color=INK, ms=4, lw=0.8)
        panel.axvline(grid.chosen, color=PALETTE[1], ls="-" if grid.decided else ":", lw=1)
        panel.set_title(phrase(language, name), fontsize=9)
        panel.set_xlabel("K", fontsize=8)
        panel.tick_params(labelsize=8)
    axes[0].axhline(STABLE, color=GREY, ls="--", lw=0.8)
    axes[-1].set_axis_off()
    axes[-1].text(0, 0.95, wrap_label(grid.reason, 36), va="top", fontsize=9)
    return figure


def plot_topic_alignment(stability: Stability, *, language: str = "both") -> Figure:
    """How well each topic was found again in each refit: a row a topic, a column a refit.

    Parameters
    ----------
    stability
        What `stability` returned.

    Examples
    --------
    >>> topics = pd.DataFrame({"label": ["gas", "cup"], "badge": ["stable", "unstable"]})
    >>> overlap = np.array([[0.9, 0.4], [0.8, 0.5], [1.0, 0.3]])
    >>> axes = plot_topic_alignment(Stability(topics, pd.DataFrame(), overlap)).axes[0]
    >>> [tick.get_text() for tick in axes.get_yticklabels()]
    ['gas (stable)', 'cup (unstable)']
    """
    scores = stability.overlap.T
    figure = new_figure(90 + 9 * max(scores.shape[1], 8), 30 + 8 * scores.shape[0])
    axes = figure.subplots()
    image = axes.imshow(scores, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(scores):
        colour, text = "white" if value > TENTATIVE else INK, f"{value:.2f}".lstrip("0")
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    texts = zip(stability.topics["label"], stability.topics["badge"], strict=True)
    axes.set_yticks(np.arange(len(scores)), [arabic_label(f"{a} ({b})") for a, b in texts])
    axes.set_xticks(np.arange(scores.shape[1]), [str(i + 1) for i in range(scores.shape[1])])
    axes.tick_params(length=0, labelsize=9)
    axes.set_xlabel(phrase(language, "refit"))
    figure.colorbar(image, ax=axes, shrink=0.8)
    return figure


def exhibit_topic_words(
    model: TopicModel, *, stability: Stability | None = None, language: str = "both"
) -> Exhibit:
    """The most probable words of each topic, as a figure and a table with their words.

    Examples
    --------
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> from q7x2lab.topics.choice_of_k import fit_topics
    >>> exhibit_topic_words(fit_topics(two_subjects(), k=2)).name
    'topics-words'
    """
    figure = plot_topic_words(model, stability=stability, language=language)
    return make_exhibit("topics-words", figure, model.words(10), {"k": model.k})


def exhibit_topic_grid(grid: TopicGrid, *, language: str = "both") -> Exhibit:
    """The choice of K, as a figure and a table with their words.

    Examples
    --------
    >>> names = ["stability", "likelihood", "npmi", "exclusivity", "diversity"]
    >>> columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    >>> table = pd.DataFrame(0.5, index=range(2), columns=columns).assign(k=[2, 3])
    >>> exhibit_topic_grid(TopicGrid(table, 2, True, "K = 2 stands out", None)).caption.en
    'K = 2 stands out'
    """
    figure = plot_topic_grid(grid, language=language)
    return make_exhibit("topics-grid", figure, grid.table, {"reason": grid.reason})


def exhibit_stability(found: Stability, *, language: str = "both") -> Exhibit:
    """How the topics fare when the model is fitted again, as a figure and a table.

    Examples
    --------
    >>> topics = pd.DataFrame({"label": ["gas", "cup"], "badge": ["stable", "unstable"]})
    >>> overlap = np.array([[0.9, 0.4], [0.8, 0.5], [1.0, 0.3]])
    >>> exhibit_stability(Stability(topics, pd.DataFrame(), overlap)).name
    'topics-stability'
    """
    figure = plot_topic_alignment(found, language=language)
    return make_exhibit("topics-stability", figure, found.topics)


def exhibit_topic_shares(
    shares: pd.DataFrame, *, events: Events = (), language: str = "both"
) -> Exhibit:
    """Topic shares by group or over time, as a figure and a table with their words.

    Examples
    --------
    >>> shares = pd.DataFrame({"outlet": ["x", "y"], "topic": 0, "label": "Sport",
    ...                        "badge": "unstable", "share": [0.2, 0.4], "low": [0.1, 0.3],
    ...                        "high": [0.3, 0.5]})
    >>> exhibit_topic_shares(shares).name
    'topics-by-outlet'
    """
    by = str(shares.columns[0])
    if by in PERIODS:
        figure = plot_topic_prevalence(shares, events=events, language=language)
    else:
        figure = plot_topic_groups(shares, language=language)
    return make_exhibit("topics-by", figure, shares, {"by": by}, name=f"topics-by-{by}")
