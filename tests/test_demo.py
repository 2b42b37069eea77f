"""The demonstration corpus keeps what its datasheet and its gold tables promise."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from q7x2lab.data.gold import DEMO_ARTICLES, DEMO_FOLDER, demo_gold
from q7x2lab.errors import CorpusError
from q7x2lab.stats.agreement import gwet_ac1, krippendorff_alpha
from q7x2lab.studies.study_file import check_study
from q7x2lab.yaml_files import parse_yaml

GOLD_TABLES = (
    "articles", "paragraphs", "codings", "quotations", "namings", "dates", "lexemes", "planted"
)  # fmt: skip
FRAMES = (
    "conflict", "human_interest", "responsibility", "morality", "economic", "rivalry_multipolar",
    "economy_energy", "military", "sanctions_isolation", "diplomacy_peace", "legality_sovereignty"
)  # fmt: skip
SPANS = ("quotations", "namings", "dates")
ARABIC_WORD = re.compile("[ء-ي]+")
MONTHS = [str(month) for month in pd.period_range("2022-01", "2023-06", freq="M")]


@pytest.fixture(scope="module")
def articles() -> pd.DataFrame:
    return pd.read_csv(DEMO_ARTICLES, dtype=str, keep_default_na=False).set_index("id")


@pytest.fixture(scope="module")
def originals(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles without those that copy another."""
    gold = demo_gold("articles").set_index("id")
    return articles[gold.loc[articles.index, "copy_of"] == ""]


@pytest.fixture(scope="module")
def coded(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles of which every quotation, name of the war and date stands in a table."""
    gold = demo_gold("articles").set_index("id")
    return articles[gold.loc[articles.index, "coded"] == "yes"]


def words(text: str) -> list[str]:
    return ARABIC_WORD.findall(re.sub("[\u064b-\u0652]", "", text))


def without_hamzas(text: str) -> str:
    return re.sub("[أإآ]", "ا", text)


def monthly_rates(articles: pd.DataFrame, forms: str) -> tuple[np.ndarray, np.ndarray]:
    """Hits and hits per million words of some forms, one number a month."""
    tokens = articles["text"].map(words)
    month = articles["date"].str[:7]
    any_form = re.compile(f" (?:{forms})(?= )")
    found = tokens.map(lambda row: len(any_form.findall(f" {' '.join(row)} ")))
    hits, size = found.groupby(month).sum(), tokens.map(len).groupby(month).sum()
    return hits.reindex(MONTHS).to_numpy(), (hits / size * 1e6).reindex(MONTHS).to_numpy()


def test_there_are_enough_articles_and_none_is_short(articles: pd.DataFrame) -> None:
    length = articles["text"].str.split().str.len()
    assert len(articles) >= 525 and length.sum() >= 90_000
    assert length.mean() >= 130
    assert length.min() >= 55
    assert articles.index.is_unique
    assert articles["date"].between("2022-01-01", "2023-06-30").all()
    assert articles["outlet"].nunique() == 5
    assert set(articles["section"]) == {"سياسة", "اقتصاد", "مجتمع"}
    assert articles["text"].str.strip().ne("").all() and articles["title"].str.strip().ne("").all()


def test_the_datasheet_counts_what_is_there(articles: pd.DataFrame) -> None:
    sheet = (DEMO_FOLDER / "datasheet.md").read_text(encoding="utf-8")
    assert f"{len(articles)} articles in Modern Standard Arabic" in sheet
    for outlet, number in articles["outlet"].value_counts().items():
        assert f"| {outlet} | {number} |" in sheet
    length = articles["text"].str.split().str.len()
    assert f"mean {length.mean():.0f}, shortest {length.min()}" in sheet


def test_the_first_articles_are_what_they_were(articles: pd.DataFrame) -> None:
    gold = demo_gold("articles").set_index("id")
    assert gold["written"].value_counts().to_dict().keys() == {"first", "planted", "fills"}
    assert (gold["coded"] == "yes").sum() >= 300
    first = articles.loc[gold.index[gold["written"] == "first"]].sort_index()
    columns = [first[name] for name in ("date", "outlet", "title", "text")]
    seal = hashlib.sha256("\n".join(map("\n".join, columns)).encode()).hexdigest()
    assert (len(first), seal[:12]) == (169, "0b7e03757dac")


def test_everything_together_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in DEMO_FOLDER.iterdir()) < 2_000_000


@pytest.mark.parametrize("name", GOLD_TABLES)
def test_gold_tables_speak_of_articles_that_exist(name: str, articles: pd.DataFrame) -> None:
    gold = demo_gold(name)
    assert len(gold)
    if "id" in gold:
        assert set(gold["id"]) <= set(articles.index)


@pytest.mark.parametrize("name", SPANS)
def test_offsets_slice_to_the_recorded_text(name: str, articles: pd.DataFrame) -> None:
    for row in demo_gold(name).itertuples():
        assert articles.at[row.id, "text"][row.start : row.end] == row.text, row


def test_speakers_and_verbs_stand_where_the_table_says(articles: pd.DataFrame) -> None:
    quotations = demo_gold("quotations")
    for part in ("speaker", "verb"):
        named = quotations[quotations[part] != ""]
        assert len(named) > 200
        for row in named.itertuples():
            start, end = getattr(row, f"{part}_start"), getattr(row, f"{part}_end")
            assert articles.at[row.id, "text"][start:end] == getattr(row, part)
        assert (quotations.loc[quotations[part] == "", f"{part}_start"] == -1).all()
    classes = {"neutral", "assertive", "doubting", "evaluative", "directive"}
    assert set(quotations.loc[quotations["verb"] != "", "verb_class"]) == classes
    assert set(quotations["kind"]) <= {"speech", "scare", "title", "other", "reported"}


def test_every_quotation_mark_belongs_to_a_quotation_of_the_table(coded: pd.DataFrame) -> None:
    marked = demo_gold("quotations")
    for article, text in coded["text"].items():
        own = marked[marked["id"] == article]
        edges = {*(own["start"] - 1), *own["end"]}
        loose = [mark.start() for mark in re.finditer('[«»“”"]', text) if mark.start() not in edges]
        assert not loose, (article, [text[at - 15 : at + 15] for at in loose])


def test_paragraphs_are_the_lines_of_the_article_without_its_furniture(
    articles: pd.DataFrame,
) -> None:
    furniture = demo_gold("articles").set_index("id")["furniture"]
    for article, rows in demo_gold("paragraphs").groupby("id"):
        text = articles.at[article, "text"]
        lines = text.split("\n")
        if furniture[article]:
            assert lines.pop() == furniture[article]
        assert [text[a:b] for a, b in zip(rows["start"], rows["end"], strict=True)] == lines
        assert rows["paragraph"].tolist() == list(range(1, len(rows) + 1))


def test_copies_share_their_paragraphs_and_nothing_else_does(articles: pd.DataFrame) -> None:
    gold = demo_gold("articles").set_index("id")
    paragraphs = demo_gold("paragraphs")
    copies = gold[gold["copy_of"] != ""]
    assert set(copies["copy_kind"]) == {"verbatim", "cut", "new_lead", "twice", "rewritten"}
    assert set(paragraphs.loc[paragraphs["copied"] == 1, "id"]) == set(copies.index)

    def grams(article: str) -> set[tuple[str, ...]]:
        found = words(without_hamzas(articles.at[article, "text"]))
        return set(zip(*(found[k:] for k in range(5)), strict=False))

    for copy in copies.itertuples():
        mine, theirs = grams(copy.Index), grams(copy.copy_of)
        assert copy.copy_cluster == gold.at[copy.copy_of, "copy_cluster"] != ""
        least = 0.4 if copy.copy_kind == "rewritten" else 0.5
        assert len(mine & theirs) / min(len(mine), len(theirs)) > least


def test_five_grams_hardly_ever_recur_outside_copies(originals: pd.DataFrame) -> None:
    count: Counter[tuple[str, ...]] = Counter()
    for text in originals["text"]:
        found = words(text)
        count.update(zip(*(found[k:] for k in range(5)), strict=False))
    recurring = sum(n for n in count.values() if n > 1)
    assert recurring / sum(count.values()) < 0.015


def test_no_two_articles_share_an_opening_or_much_of_their_wording(
    originals: pd.DataFrame,
) -> None:
    places: dict[tuple[str, ...], list[int]] = {}
    sizes = []
    for number, text in enumerate(originals["text"]):
        found = words(without_hamzas(text))
        grams = set(zip(*(found[k:] for k in range(5)), strict=False))
        sizes.append(len(grams))
        for gram in grams:
            places.setdefault(gram, []).append(number)
    shared = Counter(pair for held in places.values() for pair in combinations(held, 2))
    assert max(n / min(sizes[a], sizes[b]) for (a, b), n in shared.items()) <= 0.15
    openings = originals["text"].map(lambda text: tuple(words(without_hamzas(text))[:6]))
    assert openings.is_unique


def test_shared_quotations_are_the_same_words_under_different_verbs() -> None:
    quotations = demo_gold("quotations")
    origin = demo_gold("articles").set_index("id")["copy_cluster"]
    shared = quotations[quotations["quotation"] != ""]
    assert shared["quotation"].nunique() >= 5
    for name, rows in shared.groupby("quotation"):
        homes = {origin[article] or article for article in rows["id"]}
        assert len(homes) > 1, name
        assert rows["verb"].nunique() > 1, name
        letters = [re.sub("[^ء-ي ]", "", without_hamzas(text)) for text in rows["text"]]
        spelled = [" ".join(text.split()) for text in letters]
        assert all(min(spelled, key=len) in text for text in spelled), name


def test_dates_have_values_of_their_precision_and_years_that_are_written(
    articles: pd.DataFrame,
) -> None:
    dates = demo_gold("dates")
    assert (dates["date"].str.count("-").map({0: "year", 1: "month", 2: "day"})
            == dates["precision"]).all()  # fmt: skip
    western = dates["text"].str.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))
    written = western.str.extract(r"(\d{4})")[0]
    has_year = written.notna()
    assert (written[has_year] == dates.loc[has_year, "date"].str[:4]).all()
    day = western.str.extract(r"^(\d{1,2})(?!\d)")[0].dropna().astype(int)
    assert (dates.loc[day.index, "date"].str[8:].astype(int) == day).all()
    pd.to_datetime(dates["date"], format="ISO8601")


def test_relative_dates_follow_from_the_day_of_their_article(articles: pd.DataFrame) -> None:
    dates = demo_gold("dates")
    assert set(dates["told"]) == {"absolute", "relative"}
    told = dates[dates["told"] == "relative"]
    published = pd.to_datetime(articles.loc[told["id"], "date"].to_numpy())
    weekdays = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
    steps = {"أمس": 1, "أول من أمس": 2}
    for row, day in zip(told.itertuples(), published, strict=True):
        named = [at for at, name in enumerate(weekdays) if name in row.text]
        if named:
            assert pd.Timestamp(row.date).weekday() == named[0], row
        elif row.text in steps:
            assert pd.Timestamp(row.date) == day - pd.Timedelta(days=steps[row.text]), row
        if row.precision == "day" and "الشهر" not in row.text:
            assert -7 <= (day - pd.Timestamp(row.date)).days <= 8, row


def test_names_of_the_war_are_those_of_their_variant_and_never_before_it(
    articles: pd.DataFrame,
) -> None:
    stems = {"invasion": "غز", "war": "حرب", "attack": "هجوم", "operation": "عملي",
             "conflict": "نزاع|صراع", "crisis": "[أا]زم"}  # fmt: skip
    namings = demo_gold("namings")
    assert set(namings["voice"]) == {"outlet", "quoted", "reported"}
    for row in namings.itertuples():
        assert re.search(stems[row.variant], row.text), row
        assert articles.at[row.id, "date"] >= "2022-02-24"
    inside = namings.merge(demo_gold("quotations"), on="id", suffixes=("", "_q"))
    within = inside[(inside["start_q"] <= inside["start"]) & (inside["end"] <= inside["end_q"])]
    named = set(zip(within["id"], within["start"], strict=True))
    for row in namings.itertuples():
        assert ((row.id, row.start) in named) == (row.voice != "outlet"), row


def test_codings_cover_every_paragraph_of_their_articles_once_a_coder() -> None:
    codings = demo_gold("codings")
    assert list(codings.columns) == ["id", "paragraph", "coder", *FRAMES]
    assert codings[list(FRAMES)].isin([0, 1]).all(axis=None)
    units = set(demo_gold("paragraphs")[["id", "paragraph"]].itertuples(index=False, name=None))
    keys = ["id", "paragraph"]
    articles = set(codings["id"])
    whole = {key for key in units if key[0] in articles}  # an article is coded or not
    for _, rows in codings.groupby("coder"):
        coded = list(rows[keys].itertuples(index=False, name=None))
        assert len(coded) == len(set(coded)) and set(coded) == whole


def codings_without_copies() -> dict[str, pd.DataFrame]:
    """The codes of each coder, a row for each paragraph that is no copy, in one order."""
    table = demo_gold("codings").merge(demo_gold("paragraphs"), on=["id", "paragraph"])
    table = table[table["copied"] == 0].set_index(["id", "paragraph"]).sort_index()
    return {str(coder): rows[list(FRAMES)] for coder, rows in table.groupby("coder")}


def test_every_disagreement_is_settled_and_every_agreement_kept() -> None:
    codings = demo_gold("codings").set_index(["id", "paragraph"]).sort_index()
    tables = {coder: rows[list(FRAMES)] for coder, rows in codings.groupby("coder")}
    assert set(tables) == {"A", "B", "settled"}
    first, second, settled = (tables[coder] for coder in ("A", "B", "settled"))
    assert first.index.equals(second.index) and first.index.equals(settled.index)
    agree = first == second
    assert settled.notna().all(axis=None)
    assert settled.where(agree).equals(first.where(agree))
    for codes in (first, second):  # a settlement that always takes one side has settled nothing
        assert (settled != codes).any(axis=None)


def test_copied_paragraphs_carry_the_codes_of_their_source(articles: pd.DataFrame) -> None:
    paragraphs = demo_gold("paragraphs")
    spans = zip(paragraphs["id"], paragraphs["start"], paragraphs["end"], strict=True)
    bare = [" ".join(words(articles.at[i, "text"][a:b])) for i, a, b in spans]
    paragraphs["words"] = [without_hamzas(text) for text in bare]
    source = demo_gold("articles").set_index("id")["copy_of"]
    codings = demo_gold("codings").set_index(["id", "paragraph", "coder"])[list(FRAMES)]
    of_codings = paragraphs["id"].isin(demo_gold("codings")["id"])
    copied = paragraphs[(paragraphs["copied"] == 1) & of_codings]
    assert len(copied)
    for row in copied.itertuples():
        twins = paragraphs[
            (paragraphs["id"] == source[row.id]) & (paragraphs["words"] == row.words)
        ]
        for coder in ("A", "B", "settled"):
            theirs = codings.loc[(source[row.id], twins["paragraph"].item(), coder)]
            assert codings.loc[(row.id, row.paragraph, coder)].equals(theirs), (row, coder)


def test_the_datasheet_states_the_agreement_that_the_codings_have() -> None:
    codings = codings_without_copies()
    first, second, settled = (codings[coder] for coder in ("A", "B", "settled"))
    sheet = (DEMO_FOLDER / "datasheet.md").read_text(encoding="utf-8")
    total = 0
    for frame in FRAMES:
        both = [first[frame].to_numpy(), second[frame].to_numpy()]
        alpha = krippendorff_alpha(both, clusters=first.index.get_level_values("id"))
        differ = first[frame] != second[frame]
        as_first = int((differ & (settled[frame] == first[frame])).sum())
        shares = [f"{100 * table[frame].mean():.0f}" for table in (first, second, settled)]
        row = [f"`{frame}`", f"{alpha.alpha:.2f}", f"{alpha.low:.2f} to {alpha.high:.2f}",
               f"{gwet_ac1(both, categories=2):.2f}", *shares, str(differ.sum()),
               str(as_first)]  # fmt: skip
        assert f"| {' | '.join(row)} |" in sheet, row
        total += int(differ.sum())
        low = sheet.split("fall below .667")[0].rsplit("reliable", 1)[1]
        assert (f"`{frame}`" in low) == (alpha.alpha < 0.667), frame
    assert f"{total} of {first.size:,} codes differ" in sheet
    assert f"of the {len(first)} paragraphs" in " ".join(sheet.split())
    command = re.search(r"\.venv/bin/python (tests/\S+\.py)", sheet)
    assert command and (Path(__file__).parents[1] / command[1]).exists()


def test_lexeme_forms_occur_in_the_articles(articles: pd.DataFrame) -> None:
    lexemes = demo_gold("lexemes")
    seen = {word for text in articles["text"] for word in words(text)}
    assert len(lexemes) == 300 and lexemes["form"].is_unique
    assert set(lexemes["form"]) <= seen
    assert not lexemes["lexeme"].str.contains("[\u064b-\u0652 ]").any()
    assert 0.1 < (lexemes["form"] == lexemes["lexeme"]).mean() < 0.6


def planted(effect: str) -> pd.DataFrame:
    table = demo_gold("planted")
    return table[table["effect"] == effect]


WORDS = ("rise", "fall", "step_up", "step_down", "burst", "steady", "untold")


def test_counts_of_planted_words_are_those_of_the_articles(originals: pd.DataFrame) -> None:
    for effect in WORDS:
        for row in planted(effect).itertuples():
            hits, _ = monthly_rates(originals, row.forms)
            inside = [n for m, n in zip(MONTHS, hits, strict=True) if row.start <= m <= row.end]
            assert (hits.sum(), sum(inside)) == (int(row.hits), int(row.hits_inside)), row.label


def test_planted_trends_are_there(originals: pd.DataFrame) -> None:
    for effect, sign in (("rise", 1), ("fall", -1), ("steady", 0)):
        for row in planted(effect).itertuples():
            hits, rates = monthly_rates(originals, row.forms)
            tau, p = kendalltau(range(len(rates)), rates)
            assert hits.sum() >= 20
            assert (p < 0.01 and np.sign(tau) == sign) if sign else p > 0.05, row.label


def test_planted_bursts_and_steps_stand_out(originals: pd.DataFrame) -> None:
    for effect, least in (("burst", 5), ("step_up", 4), ("step_down", 4)):
        for row in planted(effect).itertuples():
            _, rates = monthly_rates(originals, row.forms)
            inside = np.array([row.start <= month <= row.end for month in MONTHS])
            assert rates[inside].mean() > least * rates[~inside].mean(), row.label
            if effect == "step_up":
                assert rates[inside].min() > np.quantile(rates[~inside], 0.75)


def test_outlets_prefer_the_names_that_were_planted(originals: pd.DataFrame) -> None:
    namings = demo_gold("namings")
    own = namings[(namings["voice"] == "outlet") & namings["id"].isin(originals.index)]
    table = pd.crosstab(own["id"].map(originals["outlet"]), own["variant"])
    for row in planted("naming").itertuples():
        assert table.loc[row.outlet].idxmax() == row.label
        assert (table.loc[row.outlet].sum(), table.at[row.outlet, row.label]) == (
            int(row.hits), int(row.hits_inside))  # fmt: skip
    for row in planted("naming_quoted").itertuples():
        in_marks = namings[(namings["voice"] == "quoted") & namings["id"].isin(originals.index)]
        own = in_marks.loc[in_marks["id"].map(originals["outlet"]) == row.outlet, "variant"]
        mine = (own == row.label).sum()
        assert (len(own), mine) == (int(row.hits), int(row.hits_inside)) and mine < len(own) / 2


def test_outlets_prefer_the_frames_that_were_planted(articles: pd.DataFrame) -> None:
    codings = codings_without_copies()
    for row in planted("frame").itertuples():
        for coder, codes in codings.items():
            outlet = articles.loc[codes.index.get_level_values("id"), "outlet"].to_numpy()
            shares = codes[row.label].groupby(outlet).mean()
            assert row.outlet in shares.nlargest(2).index, (row.label, coder)
            if coder == "settled":
                assert shares.idxmax() == row.outlet
                assert shares.max() > 1.2 * shares.drop(row.outlet).max(), row.label
                hits = codes[row.label].groupby(outlet).sum()
                assert (hits.sum(), hits[row.outlet]) == (int(row.hits), int(row.hits_inside))


def test_one_outlet_falls_silent_and_one_starts_late(articles: pd.DataFrame) -> None:
    month = articles["date"].str[:7]
    silence, late = planted("silence").iloc[0], planted("late_start").iloc[0]
    published = set(month[articles["outlet"] == silence["outlet"]])
    assert set(MONTHS) - published == {silence["start"], silence["end"]}
    assert month[articles["outlet"] == late["outlet"]].min() == late["start"] > MONTHS[0]
    assert month.value_counts().reindex(MONTHS).min() >= 5


def test_house_spellings_are_planted_where_the_table_says(originals: pd.DataFrame) -> None:
    for row in planted("spelling").itertuples():
        hits = originals["text"].map(lambda text, word=row.label: words(text).count(word))
        inside = hits[originals["outlet"] == row.outlet].sum()
        assert (hits.sum(), inside) == (int(row.hits), int(row.hits_inside))
        assert inside > 0.75 * hits.sum()


def test_numbers_of_topics_copies_and_shared_quotations_are_recorded() -> None:
    gold = demo_gold("articles")
    clusters = gold[gold["copy_cluster"] != ""]
    copies = planted("copies").iloc[0]
    assert clusters["copy_cluster"].nunique() == int(copies["hits"])
    assert len(clusters) == int(copies["hits_inside"])
    assert gold["topic"].nunique() == int(planted("topics").iloc[0]["hits"])
    assert (gold["topic"].value_counts() >= 8).all()
    kinds = planted("copy_kind").set_index("label")["hits"].astype(int)
    assert gold["copy_kind"].replace("", np.nan).value_counts().to_dict() == kinds.to_dict()


def test_travelling_quotations_are_recorded_with_whom_they_reach_first(
    articles: pd.DataFrame,
) -> None:
    shared = demo_gold("quotations").query("quotation != ''")
    shared = shared.assign(date=articles.loc[shared["id"], "date"].to_numpy())
    table = planted("travel").set_index("label")
    assert set(table.index) == set(shared["quotation"]) and len(table) >= 12
    for name, rows in shared.groupby("quotation"):
        rows = rows.sort_values(["date", "id"])
        first = articles.loc[rows["id"].iloc[0]]
        known = table.loc[str(name)]
        assert (first["outlet"], first["date"]) == (known["outlet"], known["start"])
        assert rows["id"].nunique() == int(known["hits"])


def test_topics_of_sections_and_months_are_as_recorded(originals: pd.DataFrame) -> None:
    topic = demo_gold("articles").set_index("id").loc[originals.index, "topic"]
    month = originals["date"].str[:7]
    for row in planted("section").itertuples():
        own = topic == row.label
        inside = own & originals["section"].isin(row.section.split("|"))
        assert (own.sum(), inside.sum()) == (int(row.hits), int(row.hits_inside))
        assert inside.sum() > 0.75 * own.sum()
    for row in planted("topic_more").itertuples():
        own, inside = topic == row.label, month.between(row.start, row.end)
        assert (own.sum(), (own & inside).sum()) == (int(row.hits), int(row.hits_inside))
        assert own[inside].mean() > 1.5 * own[~inside].mean()
    for row in planted("volume").itertuples():
        assert (originals["outlet"] == row.outlet).sum() == int(row.hits_inside)


def test_declared_noise_is_in_the_text(articles: pd.DataFrame) -> None:
    signs = {"no_hamza": r"\b(?:الى|ان|او|الاول|الاوروبي|افريقيا|اكثر|اربع\w*)\b",
             "space_before_punctuation": " [،.]", "arabic_indic_digits": "[٠-٩]",
             "html": "</p>"}  # fmt: skip
    noise = demo_gold("articles").set_index("id")["noise"].str.split()
    for kind, sign in signs.items():
        marked = noise.index[noise.map(lambda found, kind=kind: kind in found)]
        assert len(marked)
        assert articles.loc[marked, "text"].str.contains(sign).all(), kind
        if kind != "no_hamza":
            assert not articles.drop(marked)["text"].str.contains(sign).any(), kind


def test_the_exercise_is_in_windows_1256() -> None:
    path = DEMO_FOLDER / "exercise_windows_1256.csv"
    with pytest.raises(UnicodeDecodeError):
        path.read_text(encoding="utf-8")
    assert "المكتبة" in pd.read_csv(path, encoding="cp1256")["text"].iloc[0]


def test_an_unknown_table_is_named_with_its_nearest() -> None:
    with pytest.raises(CorpusError, match="did you mean namings"):
        demo_gold("namingz")
    assert demo_gold("quotes").equals(demo_gold("quotations"))


@pytest.mark.slow
def test_the_datasheet_states_how_far_the_lexicons_find_the_frames() -> None:
    from q7x2lab.framing.scores import score_frames
    from q7x2lab.framing.validation import validate_frames
    from q7x2lab.studies.coding_sheets import study_coding
    from q7x2lab.studies.corpus_files import open_tokens

    sheet = (DEMO_FOLDER / "datasheet.md").read_text(encoding="utf-8")
    tokens = open_tokens("demo")
    for scheme in ("generic", "geopolitics"):
        frames = score_frames(tokens, scheme, unit="paragraph")
        coding = study_coding(["demo"], frames.scheme.names)
        for row in validate_frames(frames, coding).table.itertuples():
            interval = f"{row.f1_low:.2f} to {row.f1_high:.2f}"
            rates = " | ".join(f"{value:.2f}" for value in (row.precision, row.recall, row.f1))
            assert f"| `{row.frame}` | {rates} | {interval} |" in sheet, row


def test_the_study_files_are_right_and_name_the_planted_words() -> None:
    folder = Path(__file__).parents[1] / "notebooks" / "studies"
    demo, summits = (
        check_study(parse_yaml((folder / f"{name}.yaml").read_text("utf-8"), where=name))
        for name in ("demo", "summits")
    )
    words = demo_gold("planted").set_index("label")["query"]
    assert len(demo.trends.keywords) == 10 and set(demo.trends.keywords) <= set(words.index)
    for label, query in demo.trends.keywords.items():
        assert ",".join(query) == words[label]
    assert demo.topics.by == ["outlet", "section"]
    assert (folder / str(demo.topics.labels)).exists()
    assert summits.unit == "paragraph"
    ignored = (folder.parents[1] / ".gitignore").read_text(encoding="utf-8").split()
    assert "/notebooks/studies/summits/" in ignored  # the texts are not ours to ship
