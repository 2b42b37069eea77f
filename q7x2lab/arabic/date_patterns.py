"""The words and patterns by which dates are told in folded Arabic text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from q7x2lab.arabic import calendars as names


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _any(words: Iterable[str]) -> str:
    """Alternatives for a pattern, the longest first, blanks of any width."""
    return "|".join(re.escape(w).replace(r"\ ", " +") for w in sorted(words, key=len, reverse=True))


# Names that are other words as well (مارس practised, ماي a surname): dates only in company, and
# some of them (نيسان 2019 is a car) only where the words before lead up to a time.
DOUBTFUL = _set("مارس اذار نيسان ايار ماي تموز جوان اب اوت ايلول شباط") | set(names.HIJRI_MONTHS)
MORE_DOUBTFUL = _set("نيسان ماي جوان صفر")
LEADS = _set("في منذ خلال حتي نهايه بدايه مطلع اواخر اوائل اوايل منتصف طوال بحلول مستهل ختام شهري")
TIME_WORDS = LEADS | _set("من الي بين شهر قبل بعد اول اخر غايه صيف شتاء ربيع خريف ايام ليالي")
PARTS_OF_DAY = _set(
    "صباح مساء ظهر فجر ليل ليله عصر نهار عشيه غداه ضحي مغرب سحر منتصف تاريخ بتاريخ يومي ايام"
)
# After these a day without its year is a name: ثورة 25 يناير, مدينة السادس من أكتوبر.
NAMED_AFTER = _set(
    "ثوره ميدان حركه مدينه شارع جسر كوبري جامعه حرب انتفاضه ملعب قوي تحالف تيار هجمات هجوم "
    "اعتداءات احداث مستشفي محطه مطار جريده صحيفه كتائب كتيبه منظمه حزب لواء فريق نادي طريق محور "
    "ساحه دوار حي نصر انتصارات"
)
# Not the day but its prayer, its every return, a paper, or another day of a story.
NO_WEEKDAY_AFTER = _set("كل صلاه خطبه ايام صلوات جمعه سوق ليالي كلا سوره مسجد امام خطيب الواحد")
NO_WEEKDAY_BEFORE = " (?:من كل|معا|ال(?:سوداء|بيضاء|عظيمه|حزينه|اسود|دامي|كبير))"
NO_TODAY_AFTER = _set(
    "في ذلك ذاك لهذا نفس روسيا المصري اخبار العرب خلال طوال طيله مدار نصف الجزائر تونس لبنان بغداد"
)

_M = rf"(?:{_any([*names.MONTHS, *names.HIJRI_MONTHS])})(?!\w)"
_D = (
    r"(?:(?:ال ?)?\d{1,2}(?![\d:])|(?<!تشرين )(?<!كانون )(?<!ربيع )(?<!جمادي )(?<!جماد )"
    rf"(?:{_any(names.ORDINALS)})(?!\w))"
)
_W = rf"(?:ال|لل)(?P<weekday>{_any(w[2:] for w in names.WEEKDAYS)})(?!\w)"
_START = r"(?<![\w/\\.-])[وف]?[بلك]?"
_REL = rf"(?:{_any(names.RELATIONS)})(?!\w)"
_SAME = r"(?:نفسه|نفسها|ذاته|ذاتها|السابق|السابقه|التالي|التاليه)(?!\w)"
_ALONE = "الجاري|الماضي|المنصرم|المقبل|القادم"
_FAR = rf"(?P<more>(?:قبل|بعد) )?(?P<told>{_REL})"
_OR_FAR = rf"(?:{_FAR}|(?P<vague>{_SAME}))"
_ERA = r"(?: ?(?P<era>هجريه|هجري|للهجره|ميلاديه|ميلادي|ه|م)(?!\w))?"
_JOINT = r"(?P<joint>(?P<open> ?\( ?)| ?[/\\-] ?| ?\) ?| )"
_DUAL = (
    rf"(?P<month>{_M})(?:{_JOINT}(?P<other>{_M})(?(open) ?\)))?"
    r"(?: (?:المبارك|الكريم|الفضيل|الحرام|المعظم|المكرم|الفرد|الخير)(?!\w))?"
)
_YEAR = (
    r"(?: ?[-/\\،,]? ?(?:(?:من |في )?(?:ال|لل|ل)?(?:عام|سنه) )?"
    rf"(?P<year>\d{{4}})(?![\d:]|[.,]\d){_ERA})?"
)
_TOLD = (
    rf"(?:(?P<vague>(?: من)? ?(?:العام|السنه)? {_SAME}| (?:قبل|بعد) ال\w+"
    r"| من (?:ذلك|تلك|كل|نفس|ذات) \w+)"
    rf"| (?:(?:من|في) )?(?:(?P<this>هذا العام|هذه السنه)"
    rf"|(?:ال|لل)(?:عام|سنه) (?P<of_year>{_REL}))| (?P<told>{_REL}))?"
)
_LED = (
    rf"(?:(?:(?:يوم|اليوم|امس|غدا) )?{_W}(?: {_REL})?(?: الموافق| المصادف)?(?: ل)?"
    r"[ ،,:(|-]*(?:في )?)?"
)
_TIME = r"(?:T\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
BEFORE_TOMORROW = _set("يوم بعد صباح مساء فجر ظهر ليل عصر")
OTHER_YEAR = re.compile(rf" من (?:(?:العام|السنه) {_SAME}|(?:ذلك|تلك|نفس|ذات) )")
BECAME = re.compile(r" ال(?!ي )")  # غدا الرئيس, not غدا إلى
BOTH_DAYS = re.compile(r"(?: و ?ال\w+)? (الماضيين|المنصرمين|المقبلين|القادمين|الجاريين)(?!\w)")
TODAY_NAMED = re.compile(rf" ?[،,(-] ?(?:يوم )?{_W}")  # اليوم (الجمعة)
HAPPENED_FAR = _set("ان انه انها بان بانه بانها الذي التي الذين حتي من الي منذ لان ما كما")
EARLIER = _set("سابق لاحق متاخر مبكر ابتداء اعتبارا بدءا انطلاقا")  # سابق من اليوم
LASTING = re.compile("[وف]?(?:كان|اصبح|صار|بات|ظل|امسي|اضحي|بلغ)")  # true nowadays
TODAY_IS = re.compile(r" (?:ال(?!ي )|لل|قبل ال|نفسه|ذاته|\d)")  # اليوم التالي
_RANGE = (
    r"(?:(?P<first>(?:ال ?)?\d{1,2}(?![\d:])(?= ?[-/]| ?و)|(?:"
    rf"{_any(names.ORDINALS)}|(?:ال ?)?\d{{1,2}})(?= و?(?:الي|حتي|او|لغايه))"
    rf"|(?:(?<=بين )|(?<=يومي ))(?:{_any(names.ORDINALS)})(?= و))"
    r"(?: ?- ?| ?/ ?| و?(?:الي|حتي|او|لغايه)(?: غايه)?(?: يوم)? | ?و ?))?"
)
_DAYS_BEFORE = re.compile(
    rf"(\w+) ((?:(?:\d{{1,2}}|{_any(names.ORDINALS)})(?: ?[،,] ?(?:و ?)?| ?و ?))+)$"
)
_LISTED_DAY = re.compile(rf"\d+|{_any(names.ORDINALS)}")
_YEARS_AFTER = re.compile(r" ?[و،,] ?(?:و ?)?((?:19|20)\d\d)(?!\w)")


def days_before(text: str, at: int) -> list[re.Match[str]]:
    """The days of a list that lead up to a place: أيام 3 و4 before و5 مايو.

    >>> [day[0] for day in days_before("ايام 3 و4 و5 مايو", 11)]
    ['3', '4']
    """
    found = _DAYS_BEFORE.search(text, max(at - 80, 0), at)
    if not found or found[1] not in LEADS | _set("ايام الايام يوم يومي بين من"):
        return []
    return list(_LISTED_DAY.finditer(text, *found.span(2)))


def years_after(text: str, at: int) -> list[re.Match[str]]:
    """The years of a list that go on from a place: و2017 و2018 after الأعوام 2016.

    >>> [year[1] for year in years_after("الاعوام 2016 و2017 و2018", 12)]
    ['2017', '2018']
    """
    years: list[re.Match[str]] = []
    while more := _YEARS_AFTER.match(text, years[-1].end() if years else at):
        years.append(more)
    return years


_GAP = r"(?: ?[-/\\] ?| ?\( ?|(?: من)?(?: شهر)? )"
_AFTER_LEAD = "|".join(
    rf"(?<={'' if len(word) > 3 else chr(92) + 'b' + clitic}{word} )"
    for word in sorted((LEADS | _set("صيف شتاء ربيع خريف")) - _set("شهري"))
    for clitic in ("", "و")
)
_COUNTED = _any(_set("شخص شخصا حاله قتيل قتيلا قريه مدرسه موقع الف مليون مليار متر دولار كيلومتر"))
# In the order they are tried: what one has read is no longer there for the next. The cue is the
# kind of word that a match must hold, so that patterns are tried near such words only.
PATTERNS = [
    (kind, cue, re.compile(pattern))
    for cue, pattern, kind in [
        (
            "number",
            rf"(?<![\w/\\.-])[وفبلك]{{0,2}}(?P<led>{_LED})(?P<a>\d{{1,4}})(?P<sep> ?[/\\] ?|[.-])"
            rf"(?P<b>\d{{1,2}})(?P=sep)(?P<c>\d{{1,4}})(?!\d|[/\\.-]\d){_TIME}{_ERA}",
            "numeric",
        ),
        (
            "month",
            rf"{_START}(?P<led>{_LED}(?:يوم )?){_RANGE}(?P<day>{_D}){_GAP}{_DUAL}{_YEAR}{_TOLD}",
            "day and month",
        ),
        (
            "month",
            rf"{_START}(?P<led>){_DUAL} (?P<day>\d{{1,2}}) ?[،,] ?(?P<year>\d{{4}})(?!\d){_ERA}"
            rf"(?P<vague>)(?P<this>)(?P<of_year>)(?P<told>)",
            "month and day",
        ),
        (
            "this month",
            rf"{_START}(?:{_RANGE}(?P<day>{_D}) (?:من )?)?"
            rf"(?P<name>هذا الشهر|الشهر {_OR_FAR})(?!\w)",
            "day of month",
        ),
        (  # في 24 الجاري, the month left out
            "this month",
            rf"{_START}{_RANGE}(?P<day>(?:ال ?)?\d{{1,2}}(?= )|{_D}(?= من )) (?:من )?"
            rf"(?P<name>(?P<told>{_ALONE}))(?!\w)(?P<more>)(?P<vague>)",
            "day of month",
        ),
        ("month", rf"{_START}(?P<led>)(?P<shahr>شهر )?{_DUAL}{_YEAR}{_TOLD}", "month"),
        (
            "number",
            r"(?<![\d/\\.-])(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)(?![\d/])",
            "month number",
        ),
        (
            "year",
            rf"{_START}(?P<name>(?:هذا العام|هذه السنه|(?:(?P<general>ال|لل?)عام|"
            rf"(?:ال|لل?)سنه) {_OR_FAR}))(?!\w)",
            "near year",
        ),
        (
            "year",
            rf"{_START}(?P<name>(?:ال|لل)?(?:عامي|عام|سنتي|سنه|اعوام|سنوات)) (?P<year>\d{{4}})"
            rf"(?![\d/-])(?: ?[و-] ?(?P<second>\d{{4}})(?!\d))?{_ERA}",
            "year",
        ),
        (
            "number",
            rf"(?<!\w)(?P<name>{_AFTER_LEAD})(?P<year>(?:19|20)(?!00)\d\d)(?P<second>)"
            rf"(?!\w|[./:-]\d| ?[٪%]| (?:{_COUNTED})(?!\w))(?P<era>)",
            "bare year",
        ),
        (
            "number",
            r"(?<!\w)(?P<name>(?<=\bبين )|(?<=\bمن ))(?P<year>(?:19|20)\d\d) (?:و ?|الي |حتي )"
            r"(?P<second>(?:19|20)\d\d)(?!\w|[./:-]\d| ?[٪%])(?P<era>)",
            "two years",
        ),
        (
            "number",
            r"(?<!\w)(?P<name>)(?P<year>1[34]\d\d(?= ?ه)|(?:19|20)(?!00)\d\d(?=م))(?P<second>)"
            r" ?(?P<era>هجريه|هجري|ه|م)(?!\w)",
            "year of an era",
        ),
        (
            "day",
            rf"(?<!\w)[وف]?ب?(?:ال(?=امس))?(?P<name>(?P<first>اول (?:من )?)?(?P<two>(?:بعد|قبل) )?"
            rf"(?P<word>امس|البارحه|اليوم|غدا|الغد|غد)(?: الاول(?!\w)(?P<late>))?(?: {_W})?)(?!\w)",
            "beside",
        ),
        (
            "weekday",
            rf"{_START}(?P<name>(?:يوم )?{_W}(?: {_FAR}"
            rf"|(?P<vague> {_SAME}| من (?:هذا |نفس |ذلك )?الاسبوع))?)(?!\w)",
            "weekday",
        ),
    ]
]


_SEVERAL_YEARS = ("اعوام", "سنوات", "الاعوام", "السنوات")


def _cues() -> dict[str, str]:
    """Words that a date may hold, with and without clitics, and the kind of cue they are."""
    months = {name.split()[0] for name in (*names.MONTHS, *names.HIJRI_MONTHS)}
    kinds = {
        "month": months,
        "this month": {"الشهر", *_ALONE.split("|")},
        "year": {"العام", "السنه", "عام", "سنه", "عامي", "سنتي", *_SEVERAL_YEARS},
        "day": {"امس", "الامس", "البارحه", "اليوم", "غدا", "غد", "الغد"},
        "weekday": set(names.WEEKDAYS),
    }
    clitics = [a + b for a in ("", "و", "ف") for b in ("", "ب", "ل", "ك")]
    cues = {c + word: kind for kind, words in kinds.items() for word in words for c in clitics}
    to_the = {w for w in cues if w.startswith("ال")}
    return cues | {c + "ل" + w[1:]: cues[w] for w in to_the for c in ("", "و", "ف")}


_CUES = _cues()
_WORD = re.compile(r"\w+")
_REACH = 80  # characters that a date may stretch to either side of its cue


def windows(text: str) -> dict[str, list[tuple[int, int]]]:
    """Stretches of the text around each kind of cue.

    >>> windows("زار موسكو امس")
    {'day': [(0, 93)]}
    """
    found: dict[str, list[tuple[int, int]]] = {}
    for match in _WORD.finditer(text):
        word = match[0]
        kind = _CUES.get(word) or ("number" if word[0].isdigit() or word[-1].isdigit() else "")
        if kind:
            start, end = max(match.start() - _REACH, 0), match.end() + _REACH
            stretches = found.setdefault(kind, [])
            if stretches and start <= stretches[-1][1]:  # no date is cut in two
                start = stretches.pop()[0]
            stretches.append((start, end))
    return found
