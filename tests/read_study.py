"""A small run whose articles, outlets, titles, addresses and keywords try to run as code."""

from pathlib import Path

import pandas as pd

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.exhibits import Exhibit, Words
from q7x2lab.figures.framing import exhibit_naming
from q7x2lab.figures.style import new_figure
from q7x2lab.framing.naming import load_naming, naming_shares
from q7x2lab.studies import outputs as room
from q7x2lab.studies.corpus_files import FOLDER, save_tokens
from q7x2lab.studies.outputs import Outputs, keep_hits, show
from q7x2lab.studies.reading import write_reading
from q7x2lab.studies.report import write_report
from q7x2lab.studies.study_file import StudyFile, check_study

HOSTILE = "\"onmouseover='alert(1)' </script><script>document.title=1</script>{{ 7*7 }} <!--"
TEXTS = (
    "🚢 تستورد البلاد القمح من أوكرانيا وروسيا. ثم صمتت.",
    f"قالت روسيا إنها تنسحب. {HOSTILE} عادت الرُّوسِيَا وحدها.\u2028 سطر",
    "لا شيء عن ذلك. الغاز ارتفع ثمنه.",
)
NAMES = {"russia": ["روسيا"], HOSTILE: ["القمح"]}
KEYWORDS = {"روسيا": ["روسيا"], HOSTILE: ["الغاز"], "__proto__": ["القمح"]}


def a_corpus() -> Tokens:
    days = pd.to_datetime(["2022-01-05", "2022-02-07", "2022-02-09"])
    table = pd.DataFrame({"id": ["a", "b", "c"], "date": days, "text": TEXTS})
    table["outlet"] = ["الأولى", HOSTILE, "الأولى"]
    table["title"], table["cluster"], table["weight"] = HOSTILE, range(3), 1.0
    table["url"] = ["https://news.example/a", "javascript:document.title=2", HOSTILE]
    return tokenize_corpus(Corpus(table))


def a_rate_exhibit(tokens: Tokens) -> Exhibit:
    rows = [
        (name, outlet, month, 1.5)
        for name in KEYWORDS
        for outlet in ("الأولى", HOSTILE, "all")
        for month in ("2022-01", "2022-02")
    ]
    table = pd.DataFrame(rows, columns=["query", "group", "period", "rate"])
    figure = new_figure(60, 40)
    figure.text(0.5, 0.5, "x")
    title = Words(ar="معدلات", en="Rates " + HOSTILE)
    return Exhibit("trends", figure, table, title)


def a_word_exhibit() -> Exhibit:
    table = pd.DataFrame({"label": ["روسيا", HOSTILE], "score": [2.0, -1.0], "q": 0.01})
    table.loc[2] = ["القمح", 0.5, 0.3]  # which is no key word
    table["group"] = ["الأولى", HOSTILE, "الأولى"]
    return Exhibit("keyness", table=table, title=Words(ar="كلمات", en="Words"))


def a_naming_exhibit(tokens: Tokens) -> Exhibit:
    """Names over time of a set of one's own, whose name is Arabic, in two voices."""
    found = {variant: tokens.match(query) for variant, query in NAMES.items()}
    names = pd.concat(found, names=["variant"]).reset_index("variant").reset_index(drop=True)
    names["voice"] = ["outlet", "quoted", "quoted", "outlet"]
    chosen = load_naming({"id": "البلاد", "near": ["قمح"], "variants": NAMES})
    keep_hits("naming-البلاد", names, "variant", "voice", titles=chosen.titles)
    return exhibit_naming(naming_shares(names, tokens.articles, period="month"), chosen)


def a_run(results: Path, monkeypatch, *, language: str = "ar") -> dict[str, list[int]]:
    """Write the pages of such a run; its exhibits and their rows that can be read."""
    outputs = Outputs(results)
    monkeypatch.setattr(room, "_current", outputs)
    tokens = a_corpus()
    save_tokens(tokens, results / FOLDER)
    show(a_rate_exhibit(tokens), a_word_exhibit(), a_naming_exhibit(tokens))
    keep_hits("trends", KEYWORDS, tokens=tokens)
    said = {"study": "a", "corpus": {"files": "a.csv"}, "title": HOSTILE, "language": language}
    file = StudyFile(check_study(said), results / "study.yaml")
    records = {"4-trends": outputs.record}
    readable = write_reading(file, results, records)
    write_report(file, results, records, {}, readable)
    return readable
