"""Copies: what is one, what is none, and who stands for a cluster."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from q7x2lab.arabic.letters import compared_words
from q7x2lab.corpus.copies import CUTS, MIN_PASSAGE, find_duplicates, hashed_words
from q7x2lab.corpus.model import Corpus, count_copies
from q7x2lab.data.phrases import bundled_words

LETTERS = np.array(list("ابتجحدرسعفقكلمنهوي"))


def vocabulary(rng, size=4000):
    return ["".join(rng.choice(LETTERS, rng.integers(3, 8))) for _ in range(size)]


def article(rng, words, paragraphs=6, length=45):
    weights = 1 / np.arange(1, len(words) + 1) ** 0.7
    drawn = rng.choice(words, (paragraphs, length), p=weights / weights.sum())
    return [" ".join(line) + "." for line in drawn]


def corpus(texts, outlets=None, dates=None):
    n = len(texts)
    return Corpus(
        pd.DataFrame(
            {
                "id": [f"a{i}" for i in range(n)],
                "date": pd.to_datetime(dates or ["2022-01-01"] * n),
                "outlet": outlets or [f"outlet {i}" for i in range(n)],
                "text": texts,
            }
        )
    )


def are_copies(first, second, **options):
    found = find_duplicates(corpus(["\n".join(first), "\n".join(second)], **options))
    return len(found) == 2


@pytest.fixture
def story():
    rng = np.random.default_rng(4)
    words = vocabulary(rng)
    return rng, words, article(rng, words)


def test_a_story_cut_reordered_or_with_another_lead_is_a_copy(story):
    rng, words, text = story
    assert are_copies(text, text[:3])
    assert are_copies(text, text[::-1])
    assert are_copies(text, article(rng, words, 1) + text[1:])


def test_changed_spelling_and_some_synonyms_leave_a_copy(story):
    rng, words, text = story
    flat = " ".join(text).split()
    swapped = [str(rng.choice(words)) if rng.random() < 0.1 else word for word in flat]
    assert are_copies(text, [" ".join(swapped)])
    assert are_copies([line.replace("ا", "أ") for line in text], text)


def test_shared_quotation_alone_is_no_copy(story):
    rng, words, text = story
    speech = "«" + " ".join(article(rng, words, 2)) + "»"
    other = article(rng, words, 3)
    assert not are_copies([*text[:3], "قال " + speech], [*other, "وأكد " + speech])


def test_a_quotation_that_makes_most_of_two_articles_is_no_copy(story):
    rng, words, text = story
    speech = "«" + " ".join(text[:4]) + "»"
    own, other = article(rng, words, 1), article(rng, words, 1)
    assert not are_copies([*own, "قال " + speech], [*other, "وأكد " + speech])
    assert are_copies([*own, *text[:4]], [*other, *text[:4]])


def test_an_agency_story_cut_with_a_new_lead_and_synonyms_is_a_copy(story):
    rng, words, text = story
    flat = " ".join(text[:4]).split()
    swapped = [str(rng.choice(words)) if rng.random() < 0.2 else word for word in flat]
    assert are_copies(text, [*article(rng, words, 1), " ".join(swapped)])


def test_one_outlet_may_use_its_background_again(story):
    rng, words, _ = story
    text = article(rng, words, 7)
    update = article(rng, words, 3) + text[3:]  # four sevenths of the words are old
    assert are_copies(text, update, outlets=["x", "y"])
    assert not are_copies(text, update, outlets=["x", "x"])
    update = article(rng, words, 2) + text[2:]
    assert are_copies(text, update, outlets=["x", "x"])
    assert not are_copies(text, update, dates=["2022-01-01", "2022-01-09"])


def test_a_follow_up_that_carries_an_older_article_below_more_of_its_own_is_no_copy(story):
    rng, words, text = story
    follow_up = article(rng, words, 10) + text  # three eighths are the older article
    days = {"dates": ["2022-01-01", "2022-01-02"]}
    assert not are_copies(text, follow_up, outlets=["x", "x"], **days)
    assert are_copies(text, follow_up[5:], outlets=["x", "x"], **days)  # more than half
    assert are_copies(follow_up, text, outlets=["x", "x"], **days)  # the later one is all old
    assert are_copies(text, follow_up, outlets=["x", "x"])
    assert are_copies(text, follow_up, outlets=["x", "y"], **days)


def test_a_stray_mark_makes_no_quotation_of_the_text_between_two(story):
    _, _, text = story
    flat = " ".join(text).split()
    quoting = [f'قال "{" ".join(flat[n : n + 12])}"' for n in range(0, 180, 60)]
    prose = [" ".join(flat[n : n + 48]) for n in range(12, 192, 60)]
    told = " ".join(part for pair in zip(quoting, prose, strict=True) for part in pair)
    assert are_copies([told], [told.replace("قال", 'أبيض". وقال', 1)])


def test_phrases_that_anyone_uses_do_not_add_up(story):
    rng, words, text = story
    flat = " ".join(text).split()
    phrases = [" ".join(flat[n : n + 5]) for n in range(0, len(flat) - 5, 10)]
    rng.shuffle(phrases)  # in another order: half of the words, and no passage
    assert not are_copies(text, [" ".join([phrase, *rng.choice(words, 5)]) for phrase in phrases])


def test_texts_without_words_are_no_copies():
    assert find_duplicates(corpus(["...", "!!!", "؟"])).empty


def test_what_a_sketch_of_resemblance_would_lose(story):
    """MinHash of 128 values, at the threshold of half that its users set, loses short copies."""
    rng, words, _ = story
    permute = rng.integers(1, 2**61 - 1, (2, 128), dtype=np.int64).astype(object)
    lost = 0
    for _ in range(20):
        long = article(rng, words, 9)
        assert are_copies(long, long[:3])
        sketches = []
        for text in (long, long[:3]):
            flat = " ".join(text).split()
            grams = {hash(tuple(flat[n : n + 4])) for n in range(len(flat) - 3)}
            values = [min((a * g + b) % (2**61 - 1) for g in grams) for a, b in permute.T]
            sketches.append(values)
        lost += np.mean([x == y for x, y in zip(*sketches, strict=True)]) < 0.5
    assert lost == 20


def test_the_representative_is_earliest_then_longest(story):
    _, _, text = story
    whole, cut = "\n".join(text), "\n".join(text[:4])
    late_first = corpus([whole, cut, cut], dates=["2022-01-02", "2022-01-01", "2022-01-01"])
    assert find_duplicates(late_first)["id"].tolist()[0] == "a1"
    same_day = corpus([cut, whole, cut])
    found = find_duplicates(same_day)
    assert found["id"].tolist()[0] == "a1"
    assert dict(zip(found["id"], found["kind"], strict=True)) == {
        "a0": "exact",
        "a1": "near",
        "a2": "exact",
    }


def test_pairs_are_found_among_many(story):
    rng, words, _ = story
    originals = [article(rng, words) for _ in range(60)]
    changed = []
    for number, text in enumerate(originals):
        other = article(rng, words, 1)
        changed.append([text[:4], text[::-1], other + text[1:], [*text, *other]][number % 4])
    noise = [article(rng, words) for _ in range(60)]
    texts = ["\n".join(text) for text in originals + changed + noise]
    found = find_duplicates(corpus(texts))
    sizes = found.groupby("cluster")["id"].agg(lambda ids: sorted(int(i[1:]) for i in ids))
    right = sum(pair == [pair[0], pair[0] + 60] for pair in sizes)
    assert 2 * right / (len(sizes) + 60) >= 0.97


def test_rules_count_a_cluster_all_once_or_weighted(story):
    _, _, text = story
    three = corpus(["\n".join(text), "\n".join(text), "شيء آخر"])
    copies = find_duplicates(three)
    assert count_copies(three, copies, "all").articles["weight"].tolist() == [1, 1, 1]
    weighted = count_copies(three, copies, "weighted").articles
    assert weighted["weight"].tolist() == [0.5, 0.5, 1]
    assert weighted["cluster"].tolist() == [0, 0, 2]
    once = count_copies(three, copies, "once")
    assert once.articles["id"].tolist() == ["a0", "a2"]
    assert once.rejected["reason"].tolist() == ["copy of a0"]


@pytest.mark.parametrize("texts", [[], ["نص"]])
def test_fewer_than_two_articles_have_no_copies(texts):
    assert find_duplicates(corpus(texts)).empty


@given(st.lists(st.text(st.sampled_from("ابىةـَ «»\"'“”‘.\n_1")), max_size=4))
def test_quotations_part_no_words(texts):
    for text in texts:
        hashes, quoted = hashed_words(text)
        assert len(hashes) == len(quoted) == len(compared_words(text))


def test_the_notebook_states_the_rule():
    path = Path(__file__).parents[1] / "notebooks" / "1-corpus.ipynb"
    said = path.read_text(encoding="utf-8") + bundled_words("methods")["corpus"]["en"]
    for share in CUTS.values():
        assert said.count(f"{share:.0%}".removesuffix("%")) >= 2  # in the prose and in the methods
    assert f"at least {['', 'eight'][MIN_PASSAGE == 8]} shared words" in said


@pytest.mark.parametrize("texts", [[], ["نص وحده"]])
def test_one_article_has_no_copy(texts: list[str]) -> None:
    table = find_duplicates(corpus(texts))
    assert table.empty
    assert list(table) == ["id", "cluster", "overlap", "kind"]
