"""Topic models measured on the real corpora, beside what else a researcher would use.

    python tests/benchmarks/bench_topics.py [--only ms6,ms30,radio,auto,scale] [--draws 5]

Prints, for each corpus and method: agreement with the newsroom's categories (NMI, ARI), NPMI on a
fifth of the articles kept aside (the model is then fitted on the rest), word diversity, CPU seconds
of a fit; for the ensemble also stability on 80 % subsamples and what another seed changes. Peers
that are not installed (tomotopy, gensim, BERTopic) are left out and named.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import scipy.sparse as sp
from _data import NEWS, RADIO, print_ratio, real_data
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

import q7x2lab as q
from q7x2lab.topics.fit import fit_matrix
from q7x2lab.topics.stability import match_topics, stability
from q7x2lab.topics.topic_model import diversity, npmi, select_units, top_words

SECTIONS = ["localNews", "sport", "internationalNews", "society", "politic", "economy", "culture"]
OURS = ("ensemble", "nmf", "lda", "kmeans")
MORE_STEPS = 30
PEERS = ("tomotopy", "gensim", "bertopic")
Found = tuple[np.ndarray, np.ndarray]  # main topics, top words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="ms6,radio,ms30,auto,scale")
    parser.add_argument("--draws", type=int, default=5)
    given = parser.parse_args()
    wanted = given.only.split(",")
    missing = [name for name in PEERS if importlib.util.find_spec(name) is None]
    print("not installed, so not measured:", ", ".join(missing) or "none")
    if {"ms6", "ms30"} & set(wanted):
        dtm = matrix(sample())
        for name, k in (("ms6", 6), ("ms30", 30)):
            if name in wanted:
                table(f"ant_2018, six categories of 1,000, K = {k}", dtm, k, given.draws)
    if "radio" in wanted:
        table("radio, seven categories, K = 7", matrix(radio()), 7, given.draws)
    if {"auto", "scale"} & set(wanted):
        dtm = matrix(whole())
        for name, part in (("auto", auto), ("scale", scale)):
            if name in wanted:
                part(dtm)


def sample() -> pd.DataFrame:
    """1,000 articles of each category, copies removed, drawn with seed 0."""
    articles = pd.read_parquet(real_data(NEWS))
    first = articles[articles["dup_of"].fillna("").eq("") & articles["text"].str.strip().ne("")]
    drawn = first.groupby("category").sample(1000, random_state=0)
    return drawn.drop(columns=["dup_of", "datetime_utc", "abstract", "author", "url"])


def radio() -> pd.DataFrame:
    """Seven categories of the radio corpus, at most 1,500 articles of each."""
    articles = pd.read_parquet(real_data(RADIO))
    first = articles[articles["text"].str.strip().ne("")].drop_duplicates("text")
    first = first[first["category"].isin(SECTIONS)].sample(frac=1, random_state=0)
    return first.groupby("category").head(1500).drop(columns=["time_raw", "abstract", "url"])


def matrix(articles: pd.DataFrame) -> Any:
    corpus = q.read_corpus(articles.reset_index(drop=True))
    return q.document_term_matrix(q.tokenize_corpus(corpus))


def table(title: str, dtm: Any, k: int, draws: int) -> None:
    """One row a method; the ensemble's stability and seeds below."""
    print(f"\n{title}: {dtm.counts.shape[0]} articles, {dtm.counts.shape[1]} lexemes")
    print(f"{'method':14} {'NMI':>5} {'ARI':>5} {'NPMI':>6} {'div.':>5} {'CPU s':>6}")
    category = dtm.articles["category"].to_numpy()
    aside = np.random.default_rng(0).permutation(dtm.counts.shape[0])[::5]
    kept = np.setdiff1d(np.arange(dtm.counts.shape[0]), aside)
    part, held_out = select_units(dtm, kept), sp.csr_matrix(dtm.counts)[aside]
    spent = {}
    for name, fit in methods():
        start = time.process_time()
        main_topics, _ = fit(dtm, k)
        spent[name] = time.process_time() - start
        top = fit(part, k)[1]
        row = (
            normalized_mutual_info_score(category, main_topics),
            adjusted_rand_score(category, main_topics),
            npmi(held_out, top).mean(),
            diversity(top),
        )
        print(
            f"{name:14} {row[0]:5.3f} {row[1]:5.3f} {row[2]:6.3f} {row[3]:5.2f} {spent[name]:6.1f}"
        )
    peers = {"nmf": "scikit-learn's NMF", "lda": "scikit-learn's LDA", **{p: p for p in PEERS}}
    for name in (name for name in peers if name in spent):
        print_ratio(f"CPU s of a fit of the ensemble, {title}, beside {peers[name]}",
                    spent["ensemble"], spent[name])  # fmt: skip
    survival(dtm, k, draws)


def survival(dtm: Any, k: int, draws: int) -> None:
    model, other = (q.fit_topics(dtm, k=k, seed=seed) for seed in (0, 1))
    place = np.argsort(match_topics(model.topic_words, other.topic_words))
    moved = (place[other.main_topics] != model.main_topics).mean()
    found = stability(model, draws=draws)
    print(f"another seed moves {moved:.1%} of articles; refits keep:")
    print(found.draws.drop(columns="draw").describe().loc[["mean", "min", "max"]].round(3))
    print(found.topics["badge"].value_counts().to_dict())


def methods() -> Iterator[tuple[str, Callable[[Any, int], Found]]]:
    for name in OURS:
        yield name, partial(ours, method=name)
    yield f"{MORE_STEPS} steps", more_steps
    for name, fit in (("tomotopy", tomotopy), ("gensim", gensim), ("bertopic", bertopic)):
        if importlib.util.find_spec(name) is not None:
            yield name, fit


def ours(dtm: Any, k: int, *, method: str) -> Found:
    model = q.fit_topics(dtm, k=k, method=method)
    return model.main_topics, top_words(model.topic_words)


def more_steps(dtm: Any, k: int) -> Found:
    """The ensemble with more iterations of EM than it takes (see STEPS in topics/fit.py)."""
    with patch("q7x2lab.topics.fit.STEPS", MORE_STEPS):
        return ours(dtm, k, method="ensemble")


def documents(dtm: Any) -> list[list[str]]:
    """The lexemes of each article, as often as they stand in it."""
    counts, names = sp.csr_matrix(dtm.counts), np.asarray(dtm.lexemes, dtype=object)
    rows = (counts[i] for i in range(counts.shape[0]))
    return [np.repeat(names[row.indices], row.data).tolist() for row in rows]


def tomotopy(dtm: Any, k: int) -> Found:
    import tomotopy as tp

    model, place = tp.LDAModel(k=k, seed=0), {word: j for j, word in enumerate(dtm.lexemes)}
    for tokens in documents(dtm):
        model.add_doc(tokens or ["-"])
    model.train(300, workers=1)
    shares = np.array([document.get_topic_dist() for document in model.docs])
    words = np.zeros((k, len(place)))
    columns = [place.get(word, -1) for word in model.used_vocabs]
    for topic in range(k):
        words[topic, columns] = model.get_topic_word_dist(topic)
    return shares.argmax(axis=1), top_words(words)


def gensim(dtm: Any, k: int) -> Found:
    from gensim.matutils import Sparse2Corpus
    from gensim.models import LdaModel

    bags = Sparse2Corpus(sp.csr_matrix(dtm.counts), documents_columns=False)
    names = dict(enumerate(dtm.lexemes))
    model = LdaModel(bags, k, id2word=names, passes=10, random_state=0)
    shares, _ = model.inference(list(bags))
    return shares.argmax(axis=1), top_words(model.get_topics())


def bertopic(dtm: Any, k: int) -> Found:
    from bertopic import BERTopic
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.preprocessing import normalize

    counts = sp.csr_matrix(dtm.counts)
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    vectors = normalize(TruncatedSVD(100, random_state=0).fit_transform(vectors))
    model = BERTopic(
        umap_model=TruncatedSVD(50, random_state=0),
        hdbscan_model=KMeans(k, random_state=0),
        vectorizer_model=CountVectorizer(analyzer=str.split),
        language="arabic",
    )
    texts = [" ".join(words) or "-" for words in documents(dtm)]
    main_topics, _ = model.fit_transform(texts, vectors)
    place = {word: j for j, word in enumerate(dtm.lexemes)}
    top = [[place[word] for word, _ in model.get_topic(t)[:10]] for t in range(k)]
    return np.asarray(main_topics), np.asarray(top)


def auto(dtm: Any) -> None:
    """How long it takes to choose K on the whole corpus, and what is said of it."""
    start = time.process_time()
    grid = q.topic_grid(dtm)
    seconds = time.process_time() - start
    print(f"\nk: auto on {dtm.counts.shape[0]:,} articles: {seconds:.0f} CPU-s; {grid.reason}")
    print(grid.table[["k", "stability", "likelihood", "npmi"]].round(3).to_string())


def whole() -> pd.DataFrame:
    articles = pd.read_parquet(real_data(NEWS))
    articles = articles[articles["text"].str.strip().ne("")]
    return articles[["id", "date", "outlet", "text"]].reset_index(drop=True)


def scale(dtm: Any) -> None:
    """K = 30 on 100 thousand articles drawn with replacement."""
    counts = sp.csr_matrix(dtm.counts)
    rows = np.random.default_rng(0).integers(counts.shape[0], size=100_000)
    counts = counts[rows]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    fit_matrix(counts, 30, "ensemble", 0, np.ones(counts.shape[0]))
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\n100 thousand articles, {counts.nnz:,} counts, K = 30: {seconds:.0f} CPU-s")
    print(f"peak {peak / 2**20:.2f} GB, {before / 2**20:.2f} GB of it before the fit")


if __name__ == "__main__":
    main()
