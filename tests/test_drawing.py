"""What holds for every figure: a page at most, one typeface, a time axis of the news."""

import json
import os
import re
import subprocess
import sys

import matplotlib.text
import numpy as np
import pandas as pd
import pytest
from glyphs import _font

from q7x2lab.figures import drawing, style
from q7x2lab.figures.framing import plot_keyness, plot_quotation, plot_speakers
from q7x2lab.figures.style import INCH
from q7x2lab.figures.topics import plot_topic_groups, plot_topic_prevalence
from q7x2lab.figures.trends import plot_discovery
from q7x2lab.trends.discovery import Discovery


def topic_shares(topics=20, groups=14):
    rows = [(f"صحيفة {g}", t) for t in range(topics) for g in range(groups)]
    table = pd.DataFrame(rows, columns=["outlet", "topic"])
    table["label"] = [f"كلمة · أخرى {topic} · ثالثة" for topic in table["topic"]]
    share = np.linspace(0.01, 0.3, len(table))
    bounds = {"share": share, "low": share / 2, "high": share * 1.5}
    return table.assign(badge="unstable", articles=40, **bounds)


def over_time(**columns):
    months = ["2012-05", "2017-03", *pd.period_range("2018-01", "2018-10", freq="M").astype(str)]
    counts = [1, 1, *[300] * 10]
    table = pd.DataFrame({"period": months, "group": "x", "articles": counts, "share": 0.2})
    return table.assign(low=0.1, high=0.3, **columns)


def prevalence(shares, language="en"):
    shares = shares.assign(topic=0, label="كلمة", badge="stable", month=shares["period"])
    shares["month"] = pd.to_datetime(shares["month"])
    return plot_topic_prevalence(
        shares[["month", *shares.columns.drop("month")]], language=language
    )


def texts(figure):
    return [text for text in figure.findobj(matplotlib.text.Text) if text.get_text().strip()]


def measure(figure):
    figure.canvas.draw()
    assert min(text.get_fontsize() for text in texts(figure)) >= 7
    width, height = figure.get_size_inches() * INCH
    assert width <= 160.01 and height <= 220.01


def test_many_topics_and_outlets_are_a_heat_map_within_a_page():
    figure = plot_topic_groups(topic_shares(), language="en")
    assert [image.get_array().shape for image in figure.axes[0].images] == [(20, 14)]
    assert figure.axes[0].texts[0].get_text() == "1"  # per cent
    measure(figure)
    assert not plot_topic_groups(topic_shares(3, 3), language="en").axes[0].images


def test_panels_of_many_topics_stay_within_a_page():
    shares = pd.concat([over_time(topic=topic) for topic in range(20)])
    shares["month"] = pd.to_datetime(shares["period"])
    shares = shares.assign(label="كلمة · كلمة أخرى · كلمة", badge="stable")
    columns = ["month", *shares.columns.drop(["month", "group", "period"])]
    measure(plot_topic_prevalence(shares[columns], language="ar"))


def test_stray_periods_stretch_no_axis_and_are_named_below():
    figure = prevalence(over_time())
    names = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
    assert names[0] == "2018-01" and len(figure.axes[0].lines[0].get_xdata()) == 10
    assert "2012-05 · 2017-03" in figure.get_supxlabel()


def test_every_period_is_drawn_with_or_without_an_interval():
    shares = over_time()
    shares.loc[shares["period"] == "2018-10", ["low", "high"]] = np.nan
    figure = prevalence(shares)
    assert np.isfinite(figure.axes[0].lines[0].get_ydata()).sum() == 10
    assert "too few articles" in figure.get_supxlabel()


def test_no_entry_of_a_legend_stands_alone_on_a_line():
    figure = style.new_figure()
    axes = figure.subplots()
    for number in range(7):
        axes.plot([0, 1], label=f"صحيفة السفير {number}")
    drawing.finish(figure, 60)
    figure.draw_without_rendering()
    places = [text.get_window_extent().y0 for text in figure.legends[0].get_texts()]
    _, entries = np.unique(np.round(places), return_counts=True)
    assert len(entries) == 1 or max(entries) - min(entries) <= 1


def test_an_interval_that_presses_the_marks_flat_is_cut_and_bears_an_arrow():
    shares = over_time()
    shares.loc[shares["period"] == "2018-04", "high"] = 0.9
    figure = prevalence(shares)
    assert figure.axes[0].get_ylim()[1] == pytest.approx(0.4)
    arrows = [c.get_offsets() for c in figure.axes[0].collections[1:] if len(c.get_offsets()) == 1]
    assert [tuple(spot) for spot in arrows[0]] == [(3.0, 0.4)]
    assert "arrow" in figure.get_supxlabel()


def test_numbers_of_events_stand_above_the_marks_and_dates_in_arabic_keep_their_order():
    shares = over_time(topic=0)
    event = {"date": "2018-04-15", "ar": "حدث"}
    figure, height, notes = drawing.lines_over_time(shares, "topic", {0: "م"}, "ar", events=[event])
    drawing.finish(figure, height, *notes)
    axes = figure.axes[0]
    figure.draw_without_rendering()
    number = axes.texts[0].get_bbox_patch().get_window_extent()
    assert axes.transData.inverted().transform(number.min)[1] > shares["high"].max()
    assert "\u200e2012-05 · \u200e2017-03" in "".join(notes)
    far = [{"date": "2018-02-10"}, {"date": "2018-09-10"}, {"date": "2018-09-12"}]
    drawing.draw_events(axes, far, [f"2018-{month:02}" for month in range(1, 11)])
    assert [text.get_position()[1] for text in axes.texts[1:]] == pytest.approx([0.88, 0.88, 0.71])


def test_small_shares_in_cells_have_a_digit_behind_the_point():
    shares = topic_shares(9, 9).assign(share=0.021).rename(columns={"outlet": "group"})
    _, axes, _ = drawing.rows_of_marks(shares, "topic", dict.fromkeys(range(9), "م"))
    assert {text.get_text() for text in axes.texts} == {"2.1"}


def test_events_stand_at_their_day_and_periods_at_their_middle():
    places = drawing.event_places(
        [{"date": day} for day in ("2022-01-01", "2022-01-16", "2022-03-01", "2021-12-31")],
        ["2022-01", "2022-02"],
    )
    assert [number for number, _ in places] == [1, 2]
    assert [place for _, place in places] == pytest.approx([-0.5, -0.5 + 15 / 31])
    groups = pd.DataFrame({"quotation": 0, "article": [0, 1], "start": 0, "end": 9,
                           "relation": ["whole", "part"]})  # fmt: skip
    quotes = groups[["article", "start", "end"]].assign(text="قول", verb="قال")
    hours = pd.to_datetime(["2020-01-01 23:10", "2020-01-04 02:00"])
    articles = pd.DataFrame({"date": hours, "outlet": ["x", "y"]})
    axes = plot_quotation(groups, quotes, articles, quotation=0, language="en").axes[0]
    assert [c.get_offsets()[0, 0] for c in axes.collections] == [0, 3]
    assert axes.get_xticklabels()[0].get_text() == "2020-01-01"


def word_table(n=60):
    rng = np.random.default_rng(0)
    p = 10.0 ** -rng.uniform(3, 12, n)
    labels = [f"كلمة{number}" for number in range(n)]
    words = pd.DataFrame({"label": labels, "kind": "burst", "p_trend": p, "p_burst": p})
    words["ratio"], words["burst_ratio"] = rng.uniform(1, 3, (2, n))
    return words.assign(q_trend=p, q_burst=p)


def test_names_of_discovered_words_do_not_touch():
    figure = plot_discovery(Discovery(word_table(), "month", 0.05), language="en")
    figure.canvas.draw()
    for text in [text for axes in figure.axes for text in axes.texts]:
        text.update_positions(figure._get_renderer())
    for axes in figure.axes:
        boxes = [matplotlib.text.Text.get_window_extent(text) for text in axes.texts]
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    measure(figure)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_one_typeface_has_every_letter(language):
    words = word_table(3).assign(ratio=[np.inf, 0.0, 1.0])
    keys = pd.DataFrame({"label": ["غاز", "حرب"], "score": [3.0, -3.0], "q": 0.01,
                         "target_count": [900, 1], "reference_count": [1, 900]})  # fmt: skip
    keys.attrs = {"target": "x", "reference": "all others", "measure": "g2", "tested": 2}
    keys.attrs["permutations"] = 99
    shares = over_time()
    drawn = [
        plot_discovery(Discovery(words, "month", 0.05), language=language),
        plot_keyness(keys, language=language),
        prevalence(shares, language),
        plot_speakers(shares.drop_duplicates("group").assign(actor="العمدة"), language=language),
    ]
    known = set(map(chr, _font().getBestCmap())) | set("\n\u202a\u202b\u202c")
    for figure in drawn:
        figure.canvas.draw()
        plain = [text.get_text() for text in texts(figure) if "mathdefault" not in text.get_text()]
        assert set("".join(plain)) <= known


CHOSEN = '{"width": 85, "dpi": 100, "font": "DejaVu Sans", "formats": ["pdf"]}'
DRAWN = """
import io, json
from PIL import Image
import matplotlib
from q7x2lab.figures import style
figure = style.new_figure(height=50)
picture = Image.open(io.BytesIO(style.figure_bytes(figure, "png")))
print(json.dumps([picture.width, list(style.FORMATS), matplotlib.rcParams["font.family"][0]]))
"""


def test_a_study_chooses_width_resolution_typeface_and_formats() -> None:
    environment = os.environ | {"Q7X2LAB_FIGURES": CHOSEN}
    told = subprocess.run(
        [sys.executable, "-c", DRAWN], env=environment, capture_output=True, text=True, check=True
    )
    width, formats, font = json.loads(told.stdout)
    assert abs(width - 100 * 85 / 25.4) <= 1
    assert formats == ["pdf"]
    assert font == "DejaVu Sans"


NARROW = """
import matplotlib.text
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from q7x2lab.data.phrases import note
from q7x2lab.figures.framing import plot_naming
from q7x2lab.figures.topics import plot_topic_words
from q7x2lab.studies.outputs import _mark_as_fictional
from q7x2lab.topics.choice_of_k import fit_topics
from q7x2lab.topics.topic_model import two_subjects

model = fit_topics(two_subjects(), k=2)
model.labels[:] = ["المونديال · الفريق · المباراة · البطولة", "الحبوب · السفينة · أوديسا"]
voices = ["outlet", "quoted", "reported"]
shares = pd.DataFrame({"group": "أوراق قرطاج", "voice": voices, "variant": "war"})
shares = shares.assign(count=3, share=1.0)
figures = [plot_topic_words(model, language="ar"), plot_naming(shares, {}, language="ar")]
for figure in figures:
    _mark_as_fictional(figure, note("ar", "fiction"))
    pen = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    for text in figure.findobj(matplotlib.text.Text):
        box = text.get_window_extent(pen)
        arabic = not text.get_text().isascii()  # numbers of an axis may lie beyond what it shows
        if arabic and (box.x0 < -2 or box.x1 > figure.bbox.x1 + 2):
            print(text.get_text())
"""


def test_no_text_leaves_a_figure_of_one_column() -> None:
    environment = os.environ | {"Q7X2LAB_FIGURES": '{"width": 85}'}
    command = [sys.executable, "-c", NARROW]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout == ""


def test_svg_files_name_clip_paths_by_order_and_not_by_where_they_lie() -> None:
    names = []
    for width in (100, 100.0000001):
        figure = style.new_figure(width, 50)
        for panel in figure.subplots(1, 2):
            panel.plot([0, 1], [0, 1])
        names.append(re.findall(rb"url\(#(p\w+)\)", style.figure_bytes(figure, "svg")))
    assert names[0] == names[1]
    assert len(set(names[0])) == 2


def test_typefaces_are_ours_even_where_the_machine_has_others_of_the_same_name(tmp_path):
    """Another Amiri, of an empty home's list of fonts, moved labels by a fraction of a point."""
    code = (
        "from q7x2lab.figures.style import use_style; from matplotlib.font_manager import findfont;"
        "use_style(); print(*map(findfont, ('Amiri', 'DejaVu Sans')), sep='\\n')"
    )
    told = os.environ | {"HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=told, capture_output=True, text=True)
    amiri, dejavu = done.stdout.splitlines()
    assert "fontpkg_amiri" in amiri and "mpl-data" in dejavu
