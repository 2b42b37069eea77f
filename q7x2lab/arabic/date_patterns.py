"""Words of dates, and the patterns by which dates are told in folded Arabic text."""

import re
from collections.abc import Iterable
from typing import Any

from q7x2lab.arabic.letters import fold
from q7x2lab.yaml_files import read_bundled

_WORDS: dict[str, Any] = read_bundled("dates", "words", what="list of date words")


def _numbers(kind: str) -> dict[str, int]:
    return {fold(name): number for number, names in _WORDS[kind].items() for name in names}


def _words(kind: str) -> frozenset[str]:
    return frozenset(fold(_WORDS[kind]).split())


def _any(words: Iterable[str]) -> str:
    """Alternatives for a pattern, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


MONTHS, HIJRI_MONTHS = _numbers("months"), _numbers("hijri_months")
WEEKDAYS, RELATIONS = _numbers("weekdays"), _numbers("relations")
ORDINALS, NUMBERS = _numbers("ordinals"), _numbers("numbers")
DOUBTFUL = _words("doubtful") | set(HIJRI_MONTHS)
MORE_DOUBTFUL, NAMED_AFTER = _words("more_doubtful"), _words("named_after")
GENERAL = re.compile(rf"[وفبك]?(?:ال|لل)(?:{_any(_words('general'))})")
LEADS, PARTS_OF_DAY = _words("leads"), _words("parts_of_day")
TIME_WORDS = LEADS | _words("time_words")

_FULL_YEAR = r"(?:19|20)\d\d"
_YEAR_WORDS = rf"(?:الف(?= ?و)|الفين|الفان)(?:(?: ?و ?| )(?:{_any(NUMBERS)}))*(?!\w)"
_MONTH = rf"(?:{_any([*MONTHS, *HIJRI_MONTHS])})(?!(?!{_FULL_YEAR}(?!\d))\w)"  # or ديسمبر2015
_DAY = (
    r"(?:(?:ال ?)?\d{1,2}(?![\d:])|(?<!تشرين )(?<!كانون )(?<!ربيع )(?<!جمادي )(?<!جماد )"
    rf"(?:{_any(ORDINALS)})(?!\w))"
)
_AND = r"(?: ?[-/،] ?| ?،? ?و ?| و?(?:الي|حتي|او|لغايه)(?: غايه)?(?: يوم)? )"
_DAYS = rf"(?P<days>(?:{_DAY}{_AND}){{0,9}}(?P<day>{_DAY}))"  # 20-22, من العشرين إلى, 3 و4 و5
_NAMED_DAY = rf"(?:ال|لل)(?:{_any(name[2:] for name in WEEKDAYS)})(?!\w)"
_WEEKDAY = rf"(?P<weekday>{_NAMED_DAY})"
_BEFORE_TOMORROW = "|".join(rf"(?<=\b{word} )" for word in PARTS_OF_DAY | {"بعد", "يوم"})
_GLUED = r"(?<=[ء-ي])(?=\d)"  # to the word before: بتاريخ2015/3/9, في2015
_START = rf"(?:(?<![\w/\\.-])[وف]?[بلك]?|{_GLUED})(?P<begin>)"
_RELATION = rf"(?:{_any(RELATIONS)})(?!\w)"
_SAME = r"(?:نفسه|نفسها|ذاته|ذاتها|السابق|السابقه|التالي|التاليه)(?!\w)"  # of another story's day
_FAR = rf"(?P<far>(?:قبل|بعد) )?(?P<relation>{_RELATION})"
_ERA = r"(?: ?(?:(?P<hijri>هجريه|هجري|للهجره|ه)|ميلاديه|ميلادي|م)(?!\w))?"
_DOUBLE_MONTH = (
    rf"(?P<month>{_MONTH})(?:(?P<joint>(?P<open> ?\( ?)| ?[/\\-] ?| ?\) ?| )"
    rf"(?P<other>{_MONTH})(?(open) ?\)))?"
    r"(?: (?:المبارك|الكريم|الفضيل|الحرام|المعظم|المكرم|الفرد|الخير)(?!\w))?"
)
_YEAR = (
    r"(?: (?P<late>\d{1,2})(?= ?[،,] ?\d{4}))?"  # فبراير 24، 2022
    r"(?: ?[-/\\،,]? ?(?:(?:من |في )?(?:ال|لل|ل)?(?:عام|سنه) )?"
    rf"(?P<year>\d{{4}}|{_YEAR_WORDS})(?!\d|[:.,]\d){_ERA})?"
)
_OF_YEAR = (
    rf"(?:(?P<vague>(?: من)? ?(?:العام|السنه)? {_SAME}| (?:قبل|بعد) ال\w+"
    r"| من (?:ذلك|تلك|كل|نفس|ذات) \w+)"
    r"| (?:(?:من|في) )?(?:(?P<this>هذا العام|هذه السنه)"
    rf"|(?:ال|لل)(?:عام|سنه) (?P<of_year>{_RELATION}))| (?P<relation>{_RELATION}))?"
)
_LED_BY_WEEKDAY = (
    rf"(?:(?:(?:يوم|اليوم|امس|غدا) )?{_WEEKDAY}(?: {_RELATION})?(?: الموافق| المصادف)?(?: ل)?"
    r"[ ،,:(|-]*(?:في )?)?"
)
_TIME = r"(?:T\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_BEFORE_YEAR = r"(?<=\d/)(?=(?:19|20)\d\d(?!\d))"  # 12/2019
_GAP = r"(?: ?[-/\\] ?| ?\( ?|(?: من)?(?: شهر)? |(?<=\d)(?=[^\W\d]))"
_AFTER_LEAD = "|".join(
    rf"(?<={word}{gap})" if len(word) > 3 else rf"(?<=\b{word}{gap})|(?<=\bو{word}{gap})"
    for word in (LEADS | _words("before_year")) - {"شهري"}
    for gap in ("", " ")
)
_AFTER_LEAD += "".join(rf"|(?<={word} من )" for word in _words("before_of_year"))
_KIND_OF_YEAR = rf"(?: (?:{_any(_words('kinds_of_year'))}))?"
_NO_COUNT = rf"(?!\w|[.:]\d|[/-](?!{_FULL_YEAR})\d| ?[٪%]| (?:{_any(_words('counted'))})(?!\w))"

# In the order they are tried: what one has read is no longer there for the next.
_PATTERNS = [
    rf"(?:(?<![\w/\\.-])[وفبلك]{{0,2}}|{_GLUED})(?P<begin>){_LED_BY_WEEKDAY}(?P<a>\d{{1,4}}) ?"
    rf"(?P<joint>[/\\.-]) ?(?:(?P<b>\d{{1,2}}) ?(?P=joint) ?|{_BEFORE_YEAR})(?P<c>\d{{1,4}})"
    rf"(?!\d|[/\\.-]\d){_TIME}{_ERA}",
    rf"{_START}(?:{_LED_BY_WEEKDAY}(?:يوم )?{_DAYS}{_GAP})?(?P<of_month>شهر )?"
    rf"{_DOUBLE_MONTH}{_YEAR}{_OF_YEAR}",
    rf"{_START}(?:{_DAYS} (?:من )?(?!ال(?:عام|سنه)))?(?P<name>هذا (?:الشهر|العام)|هذه السنه"
    rf"|(?:الشهر|(?:ال|لل?)عام|(?:ال|لل?)سنه) (?:{_FAR}|(?P<vague>{_SAME}))"
    r"|(?(day)(?:(?<=\d )|(?<= من ))(?P<alone>الجاري|الماضي|المنصرم|المقبل|القادم)|(?!)))(?!\w)",
    rf"{_START}(?:(?:ال|لل)?(?:عامين|عامي|عام|سنتين|سنتي|سنه|اعوام|سنوات)"
    rf"{_KIND_OF_YEAR} ?(?:\d{{4}}(?!\d|[/-](?!{_FULL_YEAR})\d)|{_YEAR_WORDS})"
    # Tested for digits first, which are rarer than words.
    rf"|(?=[12]\d{{3}})(?:(?:{_AFTER_LEAD})(?!..00){_FULL_YEAR}{_NO_COUNT}"
    rf"|1[34]\d\d(?= ?ه(?:جري|جريه)?(?!\w))|(?!..00){_FULL_YEAR}(?=م(?!\w))"
    rf"|(?:(?<=\bبين )|(?<=\bمن )){_FULL_YEAR}(?= (?:و ?|الي |حتي ){_FULL_YEAR}{_NO_COUNT})"
    rf"|(?<=\(){_FULL_YEAR}(?=[\d و،,/-]*\))|(?<=موسم ){_FULL_YEAR}(?=[/-]\d\d(?!\d))"
    rf"|{_FULL_YEAR}(?= ?[-/] ?{_FULL_YEAR}(?![\w/.-]))))"
    rf"(?: ?(?:[-/و،,]|الي|حتي) ?(?:و ?)?(?:1[5-9]|20)\d\d(?!\d))*{_ERA}",
    # غدا is also became (غدا الرئيس), أمس also most urgent (في أمس الحاجة).
    r"(?<!\w)[وف]?ب?(?:ال(?=امس))?(?P<begin>)"
    rf"(?P<two>اول (?:من )?|بعد |قبل )?(?P<word>امس(?! ال?حاجه)|البارحه|اليوم"
    rf"|غدا(?= {_NAMED_DAY})|(?<!قد )غدا(?! ال(?!ي ))|(?:{_BEFORE_TOMORROW})(?:ال)?غد)"
    rf"(?P<late> الاول(?!\w))?(?: {_WEEKDAY})?(?!\w)",
    rf"{_START}(?:يوم )?{_WEEKDAY} {_FAR}",
]
PATTERNS = [re.compile(pattern) for pattern in _PATTERNS]
DAY, NUMBER = re.compile(_DAY), re.compile(_any(NUMBERS))
OTHER_YEAR = re.compile(rf" من (?:(?:العام|السنه) {_SAME}|(?:ذلك|تلك|نفس|ذات) )")
# اليوم is the day of the text in a part of it, by name, or after a verb of news that is not far;
# otherwise it may be nowadays, or the day of a row of days (اليوم التالي).
TO_COME = re.compile(rf"(?<!\w)[وف]?(?:س[يتن]\w{{3,}}|{_any(_words('to_come'))})(?!\w)")
NOT_TODAY = re.compile(r" (?:ال(?!ي )|لل|قبل ال|نفسه|ذاته|\d)")
TODAY_NAMED = re.compile(rf" ?[،,(-] ?(?:يوم )?{_WEEKDAY}")  # اليوم (الجمعة)
_CLAUSE = "ان|انه|انها|بان|بانه|بانها|الذي|التي|الذين|حتي|من|الي|منذ|لان|ما|كما|في|ذلك|هذا|روسيا"
TODAY_AFTER = re.compile(
    rf"(?:(?<!\w)و?(?:{_any(PARTS_OF_DAY)}) (?:هذا )?|(?:سابق|لاحق|متاخر|مبكر) (?:من )?"
    rf"|(?<!\w)[وف]?(?:{_any(_words('news_verbs'))}) (?:(?!(?:{_CLAUSE}) )\w+ ){{0,3}})$"
)
# Patterns are tried in sentences only that hold a number or a word of dates, which halves the time.
SENTENCE = re.compile(r"[^.\n]+(?:\.(?! )[^.\n]*)*")
CUE = re.compile(
    rf"\d|(?<!\w)[وف]?[بلك]?(?:{_MONTH}|(?:ال|لل)(?:شهر|عام|سنه)|(?:عام|سنه) الف"
    rf"|هذا ال|هذه ال|ال(?:جاري|ماضي)|امس|الامس|البارحه|اليوم|غدا|غد|الغد|{_WEEKDAY} [اقب])"
)
