"""Words meet under one lexeme, and names stay whole."""

import gc
import subprocess
import sys
from collections import Counter
from math import comb
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.arabic.lemma_table import lemma_table
from q7x2lab.arabic.letters import LETTERS, fold_key
from q7x2lab.arabic.lexemes import Lexicon, camel_lexemes, lexemes
from q7x2lab.arabic.queries import compile_query
from q7x2lab.arabic.word_forms import Vocabulary
from q7x2lab.errors import StudyError


def families() -> list[tuple[str, str]]:
    """Form and lexeme of words of a Tunisian radio, lexemes assigned by hand."""
    path = Path(__file__).parent / "lexeme_families.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(form, lexeme) for lexeme, forms in rows for form in forms.split()]


def pairwise(found: list[str], gold: list[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of forms that share a lexeme."""
    both, ours, theirs = (
        sum(comb(n, 2) for n in Counter(keys).values())
        for keys in (zip(found, gold, strict=True), found, gold)
    )
    precision, recall = both / ours, both / theirs
    return precision, recall, 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize(
    ("form", "lexeme"),
    [
        ("استفزازات", "استفزاز"),
        ("ابتزاز", "ابتزاز"),
        ("وكانت", "كان"),
        ("كان", "كان"),
        ("التعليم", "تعليم"),
        ("وبالتعاون", "تعاون"),
        ("للأمن", "أمن"),
        ("لجنة", "لجنة"),
        ("وللولايات", "ولاية"),
        ("سيقولون", "قال"),
        ("يستفيد", "استفاد"),
        ("تدعو", "دعا"),
        ("أصيب", "أصاب"),
        ("أدت", "أدى"),
        ("دولتين", "دولة"),
        ("مسؤولون", "مسؤول"),
        ("الفلسطينيين", "فلسطيني"),
        ("حكومية", "حكومي"),
        ("مشاريعهم", "مشروع"),
        ("أغراض", "غرض"),
        ("حربها", "حرب"),
        ("قيادته", "قيادة"),
        ("وكلها", "كل"),
        ("وفي", "في"),
        ("إعلان", "إعلان"),
        ("انتقاد", "انتقاد"),
        ("مطالبة", "مطالبة"),
        ("فساد", "فساد"),
        ("والفرار", "فرار"),
        ("إيقاف", "إيقاف"),
        ("غلاء", "غلاء"),
        ("إذاعة", "إذاعة"),
        ("فساده", "فساد"),
    ],
)
def test_a_form_leads_to_its_lexeme(form: str, lexeme: str) -> None:
    assert fold_key(lexemes([form])[0]) == fold_key(lexeme)


NAMES = """
    بوتين بكين لبنان فرنسا وصل بلد والد روسيا أوكرانيا قطر عمان تونس سوريا إيران تركيا
    بريطانيا ألمانيا باكستان بولندا كندا واشنطن باريس لندن برلين موسكو طهران بايدن بومبيو ميركل
    أردوغان نتنياهو لافروف زيلينسكي سلمان كمال كامل وليد باسم كريم بلال كلينتون أوباما بشار
    ماكرون كوبا كورونا بولتون بلغاريا فنلندا ليتوانيا أذربيجان غوتيريش هافانا
    خامنئي وزير كتاب بيت ولاية فريق فوز كرة
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_names_stay_whole_without_any_count(name: str) -> None:
    assert fold_key(lexemes([name])[0]) == fold_key(name)


def test_a_name_keeps_its_first_letter_beside_a_frequent_rest() -> None:
    counts = {"بكين": 90, "لبكين": 4, "كين": 80, "ولبكين": 1}
    assert lexemes(["بكين", "لبكين", "ولبكين", "كين"], counts) == ["بكين"] * 3 + ["كين"]


def test_what_follows_a_preposition_begins_with_none() -> None:
    counts = {"كروس": 131, "لكروس": 9, "وكروس": 4, "روس": 300, "الروس": 900}
    assert lexemes(["كروس", "لكروس"], counts) == ["كروس"] * 2


def test_a_clitic_goes_where_the_rest_is_frequent() -> None:
    counts = {"بنسبة": 50, "نسبة": 90, "النسبة": 10}
    assert lexemes(["بنسبة"], counts) == ["نسبة"]


def test_the_more_frequent_of_two_stems_is_meant() -> None:
    assert lexemes(["للجنة"], {"للجنة": 5, "لجنة": 30, "جنة": 2}) == ["لجنة"]
    assert lexemes(["قلت"], {"قلت": 5, "قال": 90, "وقال": 70}) == ["قال"]


def test_stacked_clitics_go_though_the_steps_between_are_not_printed() -> None:
    assert lexemes(["وللولايات"], {"وللولايات": 30, "الولايات": 60}) == ["ولاية"]


def test_a_country_is_no_accusative_and_an_adverb_is() -> None:
    counts = {"روسيا": 60, "لروسيا": 5, "روسي": 40, "الروسي": 90, "يوميا": 8, "يومي": 60}
    found = lexemes(["روسيا", "لروسيا", "الروسي", "يوميا"], counts)
    assert found == ["روسيا", "روسيا", "روسي", "يومي"]
    assert lexemes(["روسيا"], {"روسيا": 60, "روسي": 40, "الروسي": 90}) == ["روسيا"]
    assert lexemes(["روسيا"], {"روسيا": 60, "لروسيا": 5, "روسي": 4000}) == ["روسيا"]


def test_an_indefinite_accusative_leads_to_its_noun() -> None:
    assert lexemes(["هجوما"], {"هجوما": 5, "هجوم": 40, "الهجوم": 20}) == ["هجوم"]


def test_sister_forms_decide_between_two_verbs() -> None:
    of_first_form = {"تعقد": 9, "يعقد": 30, "عقد": 50, "عقدت": 20}
    of_fifth_form = {"تعقد": 9, "يتعقد": 30, "التعقد": 12}
    assert lexemes(["تعقد"], of_first_form) == ["عقد"]
    assert lexemes(["تعقد"], of_fifth_form) == ["تعقد"]


def test_a_frequent_name_is_no_form_of_a_rare_word() -> None:
    assert lexemes(["بولون"], {"بولون": 900, "بول": 1}) == ["بولون"]
    assert lexemes(["كارونا"], {"كارونا": 900, "كارو": 1}) == ["كارونا"]


@pytest.mark.parametrize("name", ["ماكرون", "كوبا", "كورونا", "بولتون"])
def test_a_known_name_is_whole_in_a_handful_of_articles(name: str) -> None:
    counts = {front + name: 2 for front in ("", "و", "ل", "ب")}
    assert set(lexemes(list(counts), counts)) == {name}


def test_verbal_nouns_of_doubled_roots_are_no_verbs() -> None:
    counts = {"استفز": 9, "استفزت": 4, "يستفز": 9, "استفزاز": 3, "استفزازات": 2, "الاستفزازات": 2}
    found = lexemes(list(counts), counts)
    assert found == ["استفز"] * 3 + ["استفزاز"] * 3


def test_the_corpus_tells_verbal_nouns_from_plurals() -> None:
    verb = {"وقف": 90, "وقفت": 40, "يقف": 9, "الوقوف": 30, "وقوف": 9}
    assert lexemes(["وقوف", "الوقوف"], verb) == ["وقوف"] * 2
    noun = {"عقد": 90, "يعقد": 9, "العقد": 20, "العقود": 30, "عقود": 9}
    assert lexemes(["عقود", "العقود"], noun) == ["عقد"] * 2


def test_an_adjective_is_no_noun_with_a_pronoun() -> None:
    counts = {"توافقي": 14, "التوافقي": 9, "توافق": 50, "التوافق": 40, "النهائي": 9, "نهاية": 90}
    assert lexemes(["توافقي", "النهائي"], counts) == ["توافقي", "نهائي"]


def test_a_name_that_always_has_its_article_is_no_plural() -> None:
    counts = {"الجزائر": 300, "والجزائر": 20, "جزيرة": 40, "جزر": 9}
    assert lexemes(["الجزائر", "والجزائر"], counts) == ["جزائر", "جزائر"]


def test_a_guard_is_kept_only_while_it_stays_the_same() -> None:
    counts = {"تعقد": 9, "يعقد": 30, "عقد": 50}
    assert lexemes(["تعقد"], counts) == ["عقد"]
    counts.update({"يتعقد": 90, "التعقد": 90})
    assert lexemes(["تعقد"], counts) == ["تعقد"]


def test_nothing_stays_of_the_frequencies_that_guarded() -> None:
    gc.collect()
    gc.disable()
    try:
        lexemes(["تعقد"], {"تعقد": 9, "يعقد": 30})
        assert not [found for found in gc.get_objects() if isinstance(found, Lexicon)]
    finally:
        gc.enable()


def test_the_usual_spelling_comes_back() -> None:
    assert lexemes(["امن", "الامن"], {"امن": 2, "أمن": 9, "الامن": 1}) == ["أمن", "أمن"]
    assert lexemes(["ازوف"], {"ازوف": 2, "آزوف": 9}) == ["آزوف"]


def test_hand_made_families_meet() -> None:
    forms, gold = zip(*families(), strict=True)
    found = [fold_key(lexeme) for lexeme in lexemes(forms)]
    precision, recall, f1 = pairwise(found, [fold_key(lexeme) for lexeme in gold])
    assert (precision >= 0.9, recall >= 0.87, f1 >= 0.89) == (True, True, True), (precision, recall)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=9), st.from_regex(f"[{LETTERS}]{{0,9}}"))))
def test_any_text_has_a_lexeme(types: list[str]) -> None:
    found = lexemes([*types, "\u064b", "و\u064b", "ال\u064b"])[: len(types)]
    assert len(found) == len(types)
    assert lexemes(types, dict.fromkeys(types, 3)) is not None
    assert all(isinstance(lexeme, str) for lexeme in found)


def stand_in(monkeypatch: pytest.MonkeyPatch, pretrained: object) -> None:
    """A module in the place of camel_tools.disambig.mle."""
    for name in ("camel_tools", "camel_tools.disambig", "camel_tools.disambig.mle"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    tagger = SimpleNamespace(pretrained=pretrained)
    sys.modules["camel_tools.disambig.mle"].MLEDisambiguator = tagger  # type: ignore[attr-defined]


class Tagger:
    """Knows one word, as CAMeL Tools writes it: with marks and a sense number."""

    def disambiguate(self, words: list[str]) -> list[SimpleNamespace]:
        known = {"والكتب": [SimpleNamespace(analysis={"lex": "كِتاب_1"})]}
        return [SimpleNamespace(analyses=known.get(word, [])) for word in words]


def test_camel_tools_can_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, Tagger)
    assert camel_lexemes(["والكتب", "بوتين"], {"بوتين": 2}) == ["كتاب", "بوتين"]


def test_camel_tools_without_data_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise FileNotFoundError("no database")

    stand_in(monkeypatch, absent)
    with pytest.raises(StudyError, match="camel_data"):
        camel_lexemes(["والكتب"])


def test_camel_tools_absent_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "camel_tools", None)
    with pytest.raises(StudyError, match="pip install camel-tools"):
        camel_lexemes(["والكتب"])


def test_a_letter_is_an_abbreviation_and_no_verb() -> None:
    assert lexemes(list("دأمص")) == list("دأمص")


FOREIGN = "ليون وهران فيجي بيرو كين راموس بيكيه لوبان عفرين نيس"


@pytest.mark.parametrize("name", FOREIGN.split())
def test_foreign_names_lose_no_letter(name: str) -> None:
    assert lexemes([name, "و" + name, "ل" + name]) == [name] * 3


def test_a_preposition_goes_where_only_forms_with_it_are_printed() -> None:
    assert lexemes(["للأوقية"], {"للأوقية": 767, "دولار": 900}) == ["أوقية"]
    assert lexemes(["للبنان"], {"للبنان": 51, "لبنان": 1361}) == ["لبنان"]


def test_the_first_call_loads_no_arrays() -> None:
    code = "import sys; from q7x2lab.arabic import lexemes; print('numpy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"  # numpy is a third of what the first word costs


def test_the_lemma_table_has_each_form_folded() -> None:
    raw = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")
    table = lemma_table()
    assert all(fold_key(form) in table.lemma for form in raw)


def test_a_dual_of_a_noun_is_no_dual_of_a_verb() -> None:
    counts = {
        "البلدة": 40,
        "بلدة": 90,
        "بلد": 70,
        "بلدتا": 4,
        "وبلدتا": 2,
        "الشركة": 30,
        "شركتا": 3,
    }
    counts |= {"قال": 50, "قالت": 60, "قالتا": 5, "القالة": 1}
    forms = ["بلدتا", "وبلدتا", "شركتا", "بلد", "قالتا"]
    assert lexemes(forms, counts) == ["بلدة", "بلدة", "شركة", "بلد", "قال"]
    found = lexemes(list(counts), counts)
    numbers = [sorted(set(found)).index(lexeme) for lexeme in found]
    vocabulary = Vocabulary(list(counts), list(counts.values()))
    query = compile_query("lexeme:بلد", vocabulary, lexemes=numbers)
    assert np.array(list(counts))[query.included].tolist() == ["بلد"]
