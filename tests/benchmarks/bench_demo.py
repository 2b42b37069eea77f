"""What the datasheet of the demonstration corpus states: agreement on frames, recurring five-grams.

Usage: python tests/benchmarks/bench_demo.py

Prints Krippendorff's alpha for each frame with its 95 % bootstrap interval over whole articles,
Gwet's AC1, the share of paragraphs that each coder and the settlement put in the frame, how many
paragraphs the coders disagreed on and how often the settlement went with the first; then the share
of five-grams of words that recur outside declared copies. Copied paragraphs are left out.
"""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from q7x2lab.data.gold import DEMO_ARTICLES, demo_gold
from q7x2lab.stats.agreement import gwet_ac1, krippendorff_alpha

FRAMES = demo_gold("codings").columns[3:]  # after id, paragraph and coder


def codings() -> dict[str, pd.DataFrame]:
    """The codes of A, B and the settlement, paragraphs that are no copy in one order."""
    table = demo_gold("codings").merge(demo_gold("paragraphs"), on=["id", "paragraph"])
    table = table[table["copied"] == 0].set_index(["id", "paragraph"]).sort_index()
    return {str(coder): rows[list(FRAMES)] for coder, rows in table.groupby("coder")}


def agreement() -> pd.DataFrame:
    """One row a frame: alpha, its interval, AC1, shares, disagreements, those settled as A."""
    by_coder = codings()
    first, second, settled = (by_coder[coder] for coder in ("A", "B", "settled"))
    articles = first.index.get_level_values("id")
    rows = []
    for frame in FRAMES:
        both = [first[frame].to_numpy(), second[frame].to_numpy()]
        alpha = krippendorff_alpha(both, clusters=articles)
        differ = first[frame] != second[frame]
        rows.append({
            "frame": frame, "alpha": alpha.alpha, "low": alpha.low, "high": alpha.high,
            "AC1": gwet_ac1(both, categories=2), "A": both[0].mean(), "B": both[1].mean(),
            "settled": settled[frame].mean(), "differ": int(differ.sum()),
            "as A": int((differ & (settled[frame] == first[frame])).sum()),
        })  # fmt: skip
    return pd.DataFrame(rows)


def recurring_five_grams() -> float:
    """Share of five-grams of words that occur more than once in the articles that copy none."""
    articles = pd.read_csv(DEMO_ARTICLES, dtype=str).set_index("id")
    copy_of = demo_gold("articles").set_index("id")["copy_of"]
    count: Counter[tuple[str, ...]] = Counter()
    for text in articles.loc[copy_of.index[copy_of == ""], "text"]:
        words = re.findall("[ء-ي]+", re.sub("[\u064b-\u0652]", "", text))
        count.update(zip(*(words[k:] for k in range(5)), strict=False))
    return sum(n for n in count.values() if n > 1) / sum(count.values())


def main() -> None:
    table = agreement()
    print("agreement of two coders on the frames of the demonstration's paragraphs")
    print(table.to_string(index=False, float_format="{:.2f}".format))
    units = len(codings()["A"])
    differ, kept = table["differ"].sum(), table["as A"].sum()
    print(
        f"{units} paragraphs; {differ} of {units * len(FRAMES):,} codes differ, {kept} settled as A"
    )
    print(f"five-grams that recur outside copies: {100 * recurring_five_grams():.2f} %")


if __name__ == "__main__":
    main()
