"""The public names, and the module that each is in: read by editors, mypy and `__init__.py`."""

from q7x2lab.arabic.aliases import alias_titles as alias_titles, load_aliases as load_aliases
from q7x2lab.arabic.dates import find_dates as find_dates, parse_date as parse_date
from q7x2lab.arabic.letters import normalize as normalize
from q7x2lab.arabic.lexemes import lexemes as lexemes
from q7x2lab.arabic.sentences import (
    split_paragraphs as split_paragraphs,
    split_sentences as split_sentences,
)
from q7x2lab.arabic.tokens import tokenize as tokenize
from q7x2lab.corpus.account import (
    changes_by_step as changes_by_step,
    copies_by_kind as copies_by_kind,
    coverage as coverage,
    coverage_warnings as coverage_warnings,
    flags_by_kind as flags_by_kind,
    flow as flow,
    rejected_by_reason as rejected_by_reason,
    units_by_outlet as units_by_outlet,
)
from q7x2lab.corpus.copies import find_duplicates as find_duplicates
from q7x2lab.corpus.matrix import (
    DocumentTermMatrix as DocumentTermMatrix,
    document_term_matrix as document_term_matrix,
    find_phrases as find_phrases,
)
from q7x2lab.corpus.model import Corpus as Corpus, article_labels as article_labels
from q7x2lab.corpus.read import read_corpus as read_corpus
from q7x2lab.corpus.token_table import Tokens as Tokens, tokenize_corpus as tokenize_corpus
from q7x2lab.data.gold import demo_gold as demo_gold
from q7x2lab.exhibits import Exhibit as Exhibit, Refusal as Refusal, Words as Words
from q7x2lab.explore.cloud import plot_word_cloud as plot_word_cloud
from q7x2lab.explore.collocates import (
    collocates as collocates,
    compare_collocates as compare_collocates,
    dispersion as dispersion,
    joined_phrases as joined_phrases,
)
from q7x2lab.explore.explorers import (
    explore_quotes as explore_quotes,
    explore_words as explore_words,
)
from q7x2lab.explore.in_context import (
    exhibit_concordance as exhibit_concordance,
    exhibit_dispersion as exhibit_dispersion,
    plot_dispersion as plot_dispersion,
)
from q7x2lab.explore.spread import (
    exhibit_who_first as exhibit_who_first,
    plot_who_first as plot_who_first,
    who_first as who_first,
)
from q7x2lab.figures.corpus import (
    exhibit_coverage as exhibit_coverage,
    exhibit_flow as exhibit_flow,
    plot_coverage as plot_coverage,
    plot_flow as plot_flow,
)
from q7x2lab.figures.framing import (
    exhibit_frames as exhibit_frames,
    exhibit_keyness as exhibit_keyness,
    exhibit_naming as exhibit_naming,
    exhibit_quotation as exhibit_quotation,
    exhibit_sensitivity as exhibit_sensitivity,
    exhibit_speakers as exhibit_speakers,
    exhibit_validation as exhibit_validation,
    exhibit_verbs as exhibit_verbs,
    plot_frame_trend as plot_frame_trend,
    plot_frames as plot_frames,
    plot_keyness as plot_keyness,
    plot_naming as plot_naming,
    plot_quotation as plot_quotation,
    plot_speakers as plot_speakers,
    plot_validation as plot_validation,
    plot_verbs as plot_verbs,
)
from q7x2lab.figures.labels import arabic_label as arabic_label
from q7x2lab.figures.topics import (
    exhibit_intrusion as exhibit_intrusion,
    exhibit_stability as exhibit_stability,
    exhibit_topic_articles as exhibit_topic_articles,
    exhibit_topic_grid as exhibit_topic_grid,
    exhibit_topic_shares as exhibit_topic_shares,
    exhibit_topic_words as exhibit_topic_words,
    plot_topic_grid as plot_topic_grid,
    plot_topic_groups as plot_topic_groups,
    plot_topic_prevalence as plot_topic_prevalence,
    plot_topic_words as plot_topic_words,
)
from q7x2lab.figures.trends import (
    exhibit_discovery as exhibit_discovery,
    exhibit_trend_tests as exhibit_trend_tests,
    exhibit_trends as exhibit_trends,
    plot_discovery as plot_discovery,
    plot_trend_summary as plot_trend_summary,
    plot_trends as plot_trends,
)
from q7x2lab.figures.words import exhibit_table as exhibit_table
from q7x2lab.framing.coding import (
    add_machine_coder as add_machine_coder,
    agreement as agreement,
    coder_habits as coder_habits,
    coding_from_table as coding_from_table,
    confusions as confusions,
)
from q7x2lab.framing.house_style import (
    house_style as house_style,
    style_methods as style_methods,
    without_style as without_style,
)
from q7x2lab.framing.keyness import keyness as keyness
from q7x2lab.framing.own_labels import score_labels as score_labels
from q7x2lab.framing.naming import (
    load_naming as load_naming,
    naming as naming,
    naming_shares as naming_shares,
    silent_articles as silent_articles,
)
from q7x2lab.framing.quotations.alignment import (
    align_quotes as align_quotes,
    shared_quotations as shared_quotations,
)
from q7x2lab.framing.quotations.marks import extract_quotes as extract_quotes
from q7x2lab.framing.quotations.sources import (
    abstentions as abstentions,
    find_quotes as find_quotes,
    resolve_speakers as resolve_speakers,
    speech_evidence as speech_evidence,
    speech_shares as speech_shares,
    verb_use as verb_use,
)
from q7x2lab.framing.schemes import load_scheme as load_scheme
from q7x2lab.framing.scores import score_frames as score_frames
from q7x2lab.framing.validation import validate_frames as validate_frames
from q7x2lab.stats.agreement import gwet_ac1 as gwet_ac1, krippendorff_alpha as krippendorff_alpha
from q7x2lab.studies.coding_sheets import (
    coding_sheet as coding_sheet,
    read_coding as read_coding,
    save_coding_sheets as save_coding_sheets,
    study_coding as study_coding,
    with_coding as with_coding,
)
from q7x2lab.studies.corpus_files import (
    corpus_numbers as corpus_numbers,
    open_tokens as open_tokens,
    prepare as prepare,
    read_articles as read_articles,
    rejected_rows as rejected_rows,
)
from q7x2lab.studies.judgements import (
    explore_frames as explore_frames,
    explore_topics as explore_topics,
    judge_hit as judge_hit,
)
from q7x2lab.studies.label_files import read_labels as read_labels
from q7x2lab.studies.outputs import (
    keep_hits as keep_hits,
    methods as methods,
    number as number,
    show as show,
)
from q7x2lab.studies.topic_files import (
    apply_topic_names as apply_topic_names,
    name_topic as name_topic,
    save_intrusion as save_intrusion,
    save_topic_names as save_topic_names,
    score_sheets as score_sheets,
)
from q7x2lab.topics.choice_of_k import fit_topics as fit_topics, topic_grid as topic_grid
from q7x2lab.topics.groups import topic_shares_by as topic_shares_by
from q7x2lab.topics.topic_model import TopicModel as TopicModel
from q7x2lab.topics.readers import (
    topic_intrusion as topic_intrusion,
    word_intrusion as word_intrusion,
)
from q7x2lab.topics.stability import stability as stability, with_badges as with_badges
from q7x2lab.topics.variants import (
    leave_one_out as leave_one_out,
    preprocessing_variants as preprocessing_variants,
    robustness as robustness,
)
from q7x2lab.trends.bursts import detect_bursts as detect_bursts
from q7x2lab.trends.changes import detect_changes as detect_changes
from q7x2lab.trends.comparisons import compare_groups as compare_groups, span_ratios as span_ratios
from q7x2lab.trends.counts import (
    frequent_words as frequent_words,
    keyword_forms as keyword_forms,
    keyword_queries as keyword_queries,
)
from q7x2lab.trends.discovery import Discovery as Discovery, discover_words as discover_words
from q7x2lab.trends.events import event_effects as event_effects, propose_events as propose_events
from q7x2lab.trends.rates import Trend as Trend, keyword_trends as keyword_trends

__version__: str
__all__: list[str]
