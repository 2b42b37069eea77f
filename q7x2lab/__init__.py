"""From a table of Arabic news articles to figures, tables and numbers.

Every public name is here, and is loaded when it is first used:

    >>> import q7x2lab as q
    >>> q.tokenize("وقال بوتين")
    ['وقال', 'بوتين']
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_ROOMS = {
    "text.normalize": ("normalize",),
    "text.tokens": ("tokenize",),
    "text.sentences": ("split_paragraphs", "split_sentences"),
    "text.lexemes": ("lexemes",),
    "text.dates": ("find_dates", "parse_date"),
    "text.aliases": ("alias_titles", "load_aliases"),
    "corpus.model": ("Corpus",),
    "corpus.read": ("read_corpus",),
    "corpus.duplicates": ("find_duplicates",),
    "corpus.units": ("text_units",),
    "corpus.account": (
        "changes_by_step",
        "copies_by_kind",
        "flags_by_kind",
        "rejected_by_reason",
        "units_by_outlet",
    ),
    "corpus.coverage": ("coverage", "coverage_warnings", "flow"),
    "corpus.demo": ("demo_gold", "demo_path"),
    "corpus.tokens": ("Tokens", "tokenize_corpus"),
    "corpus.phrases": ("find_phrases", "join_phrases"),
    "corpus.dtm": ("DocumentTermMatrix", "document_term_matrix"),
    "corpus.stream": ("count_matrix",),
    "analysis.topics": ("TopicModel", "fit_topics"),
    "analysis.topic_grid": ("topic_grid",),
    "analysis.topic_stability": ("stability",),
    "analysis.topic_names": ("fingerprints", "named"),
    "analysis.intrusion": ("score_intrusion", "topic_intrusion", "word_intrusion"),
    "analysis.topic_groups": ("leave_one_out", "robustness", "topic_shares_by"),
    "analysis.topic_variants": ("preprocessing_variants",),
    "analysis.schemes": ("load_scheme",),
    "analysis.frames": ("score_frames",),
    "analysis.lexicons": ("load_emolex", "load_policy_frames"),
    "analysis.agreement": ("gwet_ac1", "krippendorff_alpha", "plain_agreement"),
    "analysis.coding": ("add_machine_coder", "coding_from_table"),
    "analysis.coding_sample": ("coding_sheet",),
    "analysis.coder_agreement": ("agreement", "coder_habits", "confusions"),
    "analysis.validation": ("validate_frames",),
    "analysis.keyness": ("keyness",),
    "analysis.quotes": ("extract_quotes",),
    "analysis.naming": ("naming", "naming_shares", "silent_articles"),
    "analysis.naming_sets": ("load_naming",),
    "analysis.reporting_verbs": ("load_verb_classes",),
    "analysis.sources": (
        "abstentions",
        "resolve_speakers",
        "speech_evidence",
        "speech_shares",
        "verb_use",
    ),
    "analysis.quote_alignment": ("align_quotes",),
    "analysis.trends": (
        "Trend",
        "frequent_words",
        "keyword_forms",
        "keyword_queries",
        "keyword_trends",
    ),
    "analysis.trend_tests": ("mann_kendall", "theil_sen"),
    "analysis.changes": ("detect_changes",),
    "analysis.bursts": ("detect_bursts", "kleinberg"),
    "analysis.rates": (
        "compare_groups",
        "poisson_rate",
        "poisson_ratio",
        "poisson_regression",
        "rate_ratio",
        "span_ratios",
    ),
    "analysis.discovery": ("Discovery", "discover_words"),
    "analysis.events": ("event_effects", "propose_events"),
    "analysis.planted": (
        "planted_corpus",
        "planted_frames",
        "planted_names",
        "planted_quotations",
        "planted_topics",
        "planted_trends",
    ),
    "figures.labels": ("arabic_label",),
    "figures.corpus": ("plot_coverage", "plot_flow"),
    "figures.frames": ("plot_frame_trend", "plot_frames", "plot_sensitivity", "plot_validation"),
    "figures.keyness": ("plot_keyness", "plot_keyness_plane"),
    "figures.kwic": ("show_kwic",),
    "figures.naming": ("plot_naming",),
    "figures.quotes": ("plot_quotation", "plot_speaker_periods", "plot_speakers", "plot_verbs"),
    "figures.topics": (
        "plot_topic_alignment",
        "plot_topic_grid",
        "plot_topic_groups",
        "plot_topic_prevalence",
        "plot_topic_words",
    ),
    "figures.trends": ("plot_trends",),
    "figures.discovery": ("plot_discovery",),
    "studies.coding_files": ("demo_coding", "read_coding", "study_coding"),
    "studies.coding_sheets": ("save_coding_sheets", "write_coding_sheets"),
    "studies.desk": ("attempt", "methods", "number", "save_figure", "save_planted", "save_table"),
    "studies.prepare": ("open_tokens", "prepare", "read_articles"),
    "studies.store": ("load_tokens", "save_tokens"),
    "studies.topic_files": (
        "apply_topic_names",
        "read_intrusion",
        "read_topic_names",
        "rejected_rows",
        "save_intrusion",
        "save_topic_names",
        "score_sheets",
        "write_intrusion",
        "write_topic_names",
    ),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
