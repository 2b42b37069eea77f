"""Lexicons of others that may not be shipped: read from the user's own copy into a scheme."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from q7x2lab.arabic.query_grammar import parse_query
from q7x2lab.errors import LabError, StudyError
from q7x2lab.framing.schemes import Frame, Negation, Scheme, Term

EMOTIONS = ("anger", "anticipation", "disgust", "fear", "joy", "sadness", "surprise", "trust")
POLARITIES = ("negative", "positive")
# The fourteen named dimensions of the Policy Frames Codebook, and what is left.
POLICY_FRAMES = (
    "economic", "capacity and resources", "morality", "fairness and equality",
    "legality, constitutionality and jurisprudence", "policy prescription and evaluation",
    "crime and punishment", "security and defense", "health and safety", "quality of life",
    "cultural identity", "public opinion", "political", "external regulation and reputation",
    "other",
)  # fmt: skip
WHERE = {
    "NRC EmoLex": "ask for it at saifmohammad.com/WebPages/NRC-Emotion-Lexicon.htm (free for "
    "research, not to be passed on) and give the path of Arabic-NRC-EmoLex.txt",
    "Policy Frames Codebook": "word lists come with the papers that use it (Card et al. 2015, "
    "github.com/dallascard/media_frames_corpus; Boydstun et al. 2014): give the path of a csv "
    "with the columns frame and term, translated by you",
}


def load_emolex(path: str | Path, *, polarity: bool = False) -> Scheme:
    """The NRC emotion lexicon as a scheme, a frame an emotion, from the user's copy.

    path: the tab-separated file of one language, with a column an emotion (0 or 1) and the words
    in the last. polarity: also negative and positive. The Arabic words are machine translations of
    English ones: validate before use. Raises StudyError saying where to get the file if it is not
    there, or if it is another. Mohammad and Turney (2013), Computational Intelligence 29(3).

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     rows = ["\\t".join([*EMOTIONS, "Arabic"]), "\\t".join([*"00010000", "خوف"])]
    ...     path = Path(folder, "emolex.txt")
    ...     _ = path.write_text("\\n".join(rows), encoding="utf-8")
    ...     load_emolex(path).terms()[["frame", "term"]].values.tolist()
    [['fear', 'خوف']]
    """
    data = _read(path, "NRC EmoLex")
    table = pd.read_csv(Path(path), sep="\t", dtype=str, keep_default_na=False)
    wanted = [*EMOTIONS, *(POLARITIES if polarity else ())]
    columns = {str(name).strip().lower(): name for name in table.columns}
    absent = [name for name in wanted if name not in columns]
    if absent:
        raise StudyError(
            f"no column {absent[0]}", where=Path(path).name, remedy=WHERE["NRC EmoLex"]
        )
    words = table[table.columns[-1]].str.strip()
    lists = {name: words[table[columns[name]].str.strip() == "1"].tolist() for name in wanted}
    return _scheme("nrc_emolex", "Mohammad & Turney 2013", data, lists)


def load_policy_frames(path: str | Path) -> Scheme:
    """Word lists for the Policy Frames Codebook as a scheme, from the user's csv of frame and term.

    Raises StudyError saying where to get lists if the file is not there, and naming the row of a
    frame that the codebook does not have. Boydstun, Card, Gross, Resnik and Smith (2014).

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "frames.csv")
    ...     _ = path.write_text("frame,term\\neconomic,سوق\\nmorality,ضمير", encoding="utf-8")
    ...     load_policy_frames(path).names
    ['economic', 'morality']
    """
    data = _read(path, "Policy Frames Codebook")
    table = pd.read_csv(Path(path), dtype=str, keep_default_na=False)
    if not {"frame", "term"} <= set(table):
        raise StudyError(
            f"columns {', '.join(table.columns)}, not frame and term",
            where=Path(path).name,
            remedy=WHERE["Policy Frames Codebook"],
        )
    frames = table["frame"].str.strip().str.lower()
    strange = ~frames.isin(POLICY_FRAMES)
    if strange.any():
        row = int(strange.to_numpy().argmax())
        raise StudyError(
            f"{frames[row]!r} is no frame of the codebook",
            where=f"{Path(path).name}, row {row + 2}",
            remedy=f"known: {'; '.join(POLICY_FRAMES)}",
        )
    lists = {f: table["term"][frames == f].tolist() for f in POLICY_FRAMES if (frames == f).any()}
    return _scheme("policy_frames", "Boydstun et al. 2014", data, lists)


def _read(path: str | Path, lexicon: str) -> bytes:
    file = Path(path)
    if not file.is_file():
        raise StudyError(
            f"{lexicon} is not part of this package", where=str(path), remedy=WHERE[lexicon]
        )
    return file.read_bytes()


def _scheme(name: str, source: str, data: bytes, lists: Mapping[str, Sequence[str]]) -> Scheme:
    """A scheme of word lists: words that cannot be searched for, or stand twice, are left out."""
    frames = []
    for frame, words in lists.items():
        terms = [Term(w, (w,), why=f"listed by {source}") for w in dict.fromkeys(words) if _fits(w)]
        key = frame.replace(",", "").replace(" ", "_")
        frames.append(Frame(key, frame, frame, (), tuple(terms), Negation()))
    if not any(frame.terms for frame in frames):
        raise StudyError(f"no word could be read for {name}", remedy="see that the file is whole")
    digest = hashlib.sha256(data).hexdigest()
    return Scheme(
        name, name, name, source, "of its authors; not to be passed on", "", "sentence",
        "per_1000_tokens", tuple(frames), digest,
    )  # fmt: skip


def _fits(word: str) -> bool:
    try:
        parse_query(word)
    except LabError:
        return False
    return bool(word.strip())
