"""From a table of Arabic news articles to figures, tables and numbers.

Every public name is here, and is loaded when it is first used:

    >>> import q7x2lab as q
    >>> q.tokenize("وقال بوتين")
    ['وقال', 'بوتين']
"""

from importlib import import_module
from typing import Any

from q7x2lab.exhibits import with_refusals

__version__ = "0.1.0"

# Module to the public names that it holds.
_ROOMS = {
    "exhibits": "Exhibit Refusal Words",
    "arabic.letters": "normalize",
    "arabic.tokens": "tokenize",
    "arabic.sentences": "split_paragraphs split_sentences",
    "arabic.lexemes": "lexemes",
    "arabic.dates": "find_dates parse_date",
    "arabic.aliases": "alias_titles load_aliases",
    "corpus.model": "Corpus article_labels",
    "corpus.read": "read_corpus",
    "corpus.copies": "find_duplicates",
    "corpus.account": (
        "changes_by_step copies_by_kind coverage coverage_warnings flags_by_kind flow "
        "rejected_by_reason units_by_outlet"
    ),
    "data.gold": "demo_gold",
    "corpus.token_table": "Tokens tokenize_corpus",
    "corpus.matrix": "DocumentTermMatrix document_term_matrix find_phrases",
    "topics.model": "TopicModel",
    "topics.choice_of_k": "fit_topics topic_grid",
    "topics.stability": "stability with_badges",
    "topics.readers": "topic_intrusion word_intrusion",
    "topics.groups": "topic_shares_by",
    "topics.variants": "leave_one_out preprocessing_variants robustness",
    "framing.schemes": "load_scheme",
    "framing.scores": "score_frames",
    "stats.agreement": "gwet_ac1 krippendorff_alpha",
    "framing.coding": ("add_machine_coder agreement coder_habits coding_from_table confusions"),
    "framing.validation": "validate_frames",
    "framing.labels": "score_labels",
    "framing.keyness": "keyness",
    "framing.house_style": "house_style without_style",
    "framing.quotations.marks": "extract_quotes",
    "framing.naming": "load_naming naming naming_shares silent_articles",
    "framing.quotations.sources": (
        "abstentions find_quotes resolve_speakers speech_evidence speech_shares verb_use"
    ),
    "framing.quotations.alignment": "align_quotes shared_quotations",
    "trends.counts": "frequent_words keyword_forms keyword_queries",
    "trends.rates": "Trend keyword_trends",
    "trends.changes": "detect_changes",
    "trends.bursts": "detect_bursts",
    "trends.comparisons": "compare_groups span_ratios",
    "trends.discovery": "Discovery discover_words",
    "trends.events": "event_effects propose_events",
    "figures.labels": "arabic_label",
    "figures.corpus": "exhibit_coverage exhibit_flow plot_coverage plot_flow",
    "figures.framing": (
        "exhibit_frames exhibit_keyness exhibit_sensitivity exhibit_validation plot_frame_trend "
        "plot_frames plot_keyness plot_validation"
    ),
    "figures.speech": (
        "exhibit_naming exhibit_quotation exhibit_speakers exhibit_verbs plot_naming "
        "plot_quotation plot_speakers plot_verbs"
    ),
    "figures.topics": (
        "exhibit_intrusion exhibit_stability exhibit_topic_articles exhibit_topic_grid "
        "exhibit_topic_shares exhibit_topic_words plot_topic_grid "
        "plot_topic_groups plot_topic_prevalence plot_topic_words"
    ),
    "figures.words": "exhibit_table",
    "figures.trends": (
        "exhibit_discovery exhibit_trend_tests exhibit_trends plot_discovery "
        "plot_trend_summary plot_trends"
    ),
    "explore.collocates": "collocates compare_collocates dispersion joined_phrases",
    "explore.cloud": "plot_word_cloud",
    "explore.explorers": "explore_quotes explore_words",
    "explore.in_context": "exhibit_concordance exhibit_dispersion plot_dispersion",
    "explore.spread": "exhibit_who_first plot_who_first who_first",
    "studies.coding_sheets": (
        "coding_sheet read_coding save_coding_sheets study_coding with_coding"
    ),
    "studies.label_files": "read_labels",
    "studies.outputs": "keep_hits methods number show",
    "studies.judgements": "explore_frames explore_topics judge_hit name_topic",
    "studies.corpus_files": "corpus_numbers open_tokens prepare read_articles rejected_rows",
    "studies.topic_files": "apply_topic_names save_intrusion save_topic_names score_sheets",
}
_TAKE_REFUSALS = ("apply_topic_names", "show", "with_coding")  # and do not return them
_HOME = {name: room for room, names in _ROOMS.items() for name in names.split()}
__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    plain = isinstance(value, type) or name in _TAKE_REFUSALS
    globals()[name] = value if plain else with_refusals(value)
    return globals()[name]


def __dir__() -> list[str]:
    return __all__
