"""What words may be by the table, by conjugation or by their ending, and what that rests on.

Each rule leads to a word that the table knows or the corpus has, and yields where the corpus
speaks against it: a dual is rarer than its singular, an accusative follows no preposition, and of
two verbs that share a form the one is read whose past is printed more.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from q7x2lab.arabic.broken_plurals import singulars
from q7x2lab.arabic.packed import Bools, Ints, Packed
from q7x2lab.arabic.rules import (
    ANY,
    APART,
    ATTESTED,
    BEST,
    DERIVED,
    ITSELF,
    KNOWN,
    LISTED,
    NOUN,
    OTHER,
    SAME_INITIAL,
    UNKNOWN,
    Readings,
    Rules,
)
from q7x2lab.arabic.stems import Stems, closed_class
from q7x2lab.arabic.verbs import IMPERFECT_PREFIXES

# Endings of number, and what stands in the singular masculine instead, in the order they are tried.
_NUMBER = (
    ("ات", ""),
    ("يون", "ي"),
    ("ون", ""),
    ("يتان", "ي"),
    ("تان", "ة"),
    ("ان", ""),
    ("ان", "ة"),
    ("يتين", "ي"),
    ("تين", "ة"),
    ("يين", "ي"),
    ("ين", ""),
    ("ين", "ة"),
)
_NUMBERED = ("ات", "ون", "ان", "ين")
_CLITICS = "وفبكل"


class Survey:
    """Words, their readings where no rule holds, and the rules that may."""

    def __init__(self, stems: Stems, words: Packed) -> None:
        self.stems, self.words = stems, words
        self.keys = words.folded()
        self.count = stems.n(self.keys)
        table = stems.table
        row = table.row(words)
        row = np.where(row < 0, table.row(self.keys), row)
        listed = table.lemmas[row]
        self.listed = Packed(listed.pairs, np.where(row < 0, 0, listed.n))
        self.has = self.listed.n > 0
        self.established = self.has & table.family.has(self.listed)
        pairs, n = self.keys.pairs.copy(), self.keys.n.copy()
        self.first = Readings(Packed(pairs, n), np.full(len(words), UNKNOWN))
        self.rules: list[Rules] = []
        self._survey()

    def _survey(self) -> None:
        place, word, ends = closed_class()
        at = place(self.keys)
        closed = (at >= 0) & (~self.has | ends[at] | ~self.established)
        rows = np.flatnonzero(closed)
        self.first.put(rows, word[at[rows]], KNOWN)
        definite = ~closed & self.words.starts("ال")
        rows = np.flatnonzero(definite)
        bare = self.keys[rows].behind(2)
        begins = (bare.n <= 2) & ~self.stems.table.family.has(bare)  # الم: no article
        definite[rows[begins]] = False
        self._apply(rows[~begins], self._definite)
        differs = self.has & ~closed & ~definite & ~self.listed.same(self.keys)
        self._apply(np.flatnonzero(differs), self._listed)
        rows = np.flatnonzero(~closed & ~definite & ~differs & (self.keys.n > 0))
        verb = self.stems.imperfect(self.keys[rows], self.established[rows])
        self._is_verb(rows[verb >= 0], verb[verb >= 0])
        rows = rows[verb < 0]
        known = rows[self.established[rows]]
        self.first.trust[known] = KNOWN
        self._apply(known, self._masculine, self._broken)
        self._apply(rows[~self.established[rows]], self._open)

    def _apply(self, rows: Ints, *rules: Callable[[Ints], None]) -> None:
        """What the rules say of some rows, if there are any: later words are few."""
        for rule in rules if len(rows) else ():
            rule(rows)

    def _rule(
        self,
        of: Ints,
        word: Packed,
        *,
        need: NDArray[np.float64] | float = DERIVED,
        gives: float = DERIVED,
        asks: int = ANY,
    ) -> None:
        self.rules.append(Rules.of_one_kind(of, word, need, gives, asks))

    def _is_verb(self, rows: Ints, verb: Ints) -> None:
        self.first.put(rows, self.stems.verbs.verbs[verb], DERIVED)

    def _open(self, rows: Ints) -> None:
        """Words of which the table knows no family."""
        verb = self.stems.past(self.keys[rows])
        self._is_verb(rows[verb >= 0], verb[verb >= 0])
        rows = rows[verb < 0]
        seen = (self.keys.n[rows] > 2) & (self.count[rows] >= 3)
        trust = np.where(self.has[rows], LISTED, np.where(seen, ATTESTED, UNKNOWN))
        self.first.trust[rows] = trust
        self._apply(rows, self._masculine, self._accusative, self._broken)
        self._apply(rows[~self.has[rows]], self._singular)

    def _definite(self, rows: Ints) -> None:
        """Forms with the article: as without it, unless ال begins the word (التزام)."""
        listed = self.has[rows]
        own = listed & self.listed[rows].starts("ال")
        known, key, count = rows[listed], self.keys[rows], self.count[rows]
        self.first.put(known, self.listed[known], KNOWN)
        self.first.trust[rows[~listed & (count >= 3)]] = ATTESTED
        inner, key_inner = self.words[rows].behind(2), key.behind(2)
        bare = self.stems.n(key_inner)
        # Never without ال: الجزائر, no plural of جزيرة.
        alone = ~own & (count > 100 * (bare + 1)) & ~key.ends("ين") & ~key.ends("ون")
        self._rule(rows[alone], inner[alone], need=UNKNOWN, asks=APART)
        noun = listed & ~self.stems.verbs.past.has(self.listed[rows])
        for those, asks in ((~own & noun, NOUN), (~own & ~noun, ANY)):
            self._rule(rows[those], inner[those], gives=0, asks=asks)
        rest = ~listed & ((bare > 0) | (key.n > 5))
        self._rule(rows[rest], inner[rest], need=UNKNOWN, gives=0)

    def _listed(self, rows: Ints) -> None:
        """Forms that the table files under another lemma, believed with some exceptions."""
        stems, key, listed = self.stems, self.keys[rows], self.listed[rows]
        count = self.count[rows]
        derived = stems.verbs.past.has(listed)
        verbs = listed[derived]
        noun = self._is_noun(verbs, key[derived])
        derived[derived] = _derived_nouns(self.words[rows[derived]], verbs, noun)
        # The table has nothing else of فسد, so it is no noun with a plural فساد.
        bare = np.flatnonzero(~stems.verbs.past.has(listed) & (listed.n == 3) & (key.n == 4))
        bare = bare[~stems.table.row.has(listed[bare].after("ال")) & key[bare].has(-2, "او")]
        derived[bare] = _without(key[bare], -2).same(listed[bare])
        short = derived & (key.n == 4) & key.has(-2, "او") & ~key.ends("ات")  # وضوح, فساد
        self.first.trust[rows[derived]] = DERIVED  # itself
        self.first.trust[rows[short]] = KNOWN
        self._apply(rows[derived & ~short], self._masculine, self._singular)
        rows, key, listed, count = rows[~derived], key[~derived], listed[~derived], count[~derived]
        accusative = self.words[rows].has(-1, "ا")  # نشاطا, before a rare dual of a verb
        self._rule(rows[accusative], self.words[rows[accusative]].until(1), gives=0, asks=OTHER)
        short = (key.n == 2) & (listed.n > 2)  # no imperative
        family, governed = stems.family(listed), stems.governed(key)
        front = key.has(0, _CLITICS) & (key.n > 1)
        cut = front & ~short & (governed == 0)  # ودعا is و and دعا, no dual of ودع
        cut[cut] = stems.family(key[cut].behind(1)) > 20 * (family[cut] + 1)
        place = listed.n + 1 == key.n
        name = place & key.has(-1, "ا") & key.begins_with(listed)  # كوبا is no accusative
        name &= 50 * governed > count
        plural = np.logical_or.reduce([key.ends(ending) for ending in _NUMBERED])
        # ماكرون is no plural of ماكر
        name |= plural & ~key.has(0, IMPERFECT_PREFIXES) & (count > 20 * (family + 1))
        trust = np.select([short, cut, name], [LISTED, UNKNOWN, DERIVED], KNOWN)
        self.first.trust[rows] = trust
        believed = np.flatnonzero(trust == KNOWN)
        self.first.put(rows[believed], listed[believed], KNOWN)

    def _is_noun(self, verbs: Packed, forms: Packed) -> Bools:
        """Which verbs are nouns besides, of which the forms that are filed there may be plurals: by
        the corpus if it has them with an article, by the table if the corpus does not tell.
        """
        n, definite = self.stems.n, self.stems.n(verbs.after("ال"))
        plural = n(forms.after("ال"))
        said = n(verbs.before("ت")) + n(verbs.after("ي"))
        never = (said > definite) & (plural > 10 * definite + 2)
        return (~self.stems.is_verb(verbs) & ~never) | (10 * definite > plural)

    def _masculine(self, rows: Ints) -> None:
        """Of a feminine adjective the masculine, if that is printed at least a quarter as often."""
        key = self.keys[rows]
        verbal_noun = (key.n == 6) & key.has(2, "ا")  # مطالبة
        fits = key.ends("ية") | (key.has(-1, "ة") & key.has(0, "م") & ~verbal_noun)
        rows = rows[fits & (key.n >= 4)]
        key, word = self.keys[rows], self.words[rows].until(1)
        bare = word.folded()
        common = 4 * (self.stems.family(bare) + 1) >= self.stems.family(key)
        seen = ~key.has(0, _CLITICS) & (self.stems.n(bare) >= 3)
        need = np.where(seen, UNKNOWN, DERIVED)
        self._rule(rows[common], word[common], need=need[common], asks=ITSELF)

    def _accusative(self, rows: Ints) -> None:
        """The word without the alef of the indefinite accusative.

        An accusative has no article and follows no preposition, so روسيا, which is printed after
        ل and ب, is none of روسي.
        """
        rows = rows[self.words[rows].has(-1, "ا") & (self.words.n[rows] >= 4)]
        key, count, word = self.keys[rows], self.count[rows], self.words[rows].until(1)
        name = key.ends("يا")  # روسيا is no accusative of روسي
        common = self.stems.family(word.folded()) >= np.where(name, 10, 1) * count
        allowed = (common | ~name) & (50 * self.stems.governed(key) <= count)
        allowed &= common | ~self.stems.table.row.has(key)
        need = np.where(common, LISTED, KNOWN)
        self._rule(rows[allowed], word[allowed], need=need[allowed])

    def _broken(self, rows: Ints) -> None:
        """The most frequent singular that the pattern of a broken plural allows, if it is no
        rarity beside it.
        """
        rows = rows[~self.words[rows].ends("ائي")]  # نهائي is an adjective
        which, words = singulars(self.words[rows])
        which = rows[which]
        family = self.stems.family(words)
        fits = 2 * (family + 1) >= self.count[which]
        fits &= ~self.stems.verbs.past.has(self.keys[which])
        order = np.flatnonzero(fits)
        order = order[np.lexsort((-family[order], which[order]))]
        self._rule(which[order], words[order], need=KNOWN, asks=BEST)

    def _singular(self, rows: Ints) -> None:
        """The singular of a regular plural or dual that is no rarity beside it."""
        stems, closed = self.stems, closed_class()[0]
        rows = rows[np.logical_or.reduce([self.words[rows].ends(e) for e in _NUMBERED])]
        of, singles, times = [], [], []
        for ending, instead in _NUMBER:
            word = self.words[rows]
            ends = word.ends(ending) & (word.n - len(ending) >= 2)
            of.append(rows[ends])
            singles.append(word[ends].until(len(ending)).before(instead))
            times.append(np.full(len(of[-1]), 1 if ending == "ان" else 10))
        some, single = np.concatenate(of), Packed.joined(singles)
        plural = np.arange(len(of[0]))  # the first ending is ات, after a masculine or without ة
        feminine = single[plural].before("ة")
        plain = 2 * stems.family(feminine.folded()) < stems.family(single[plural].folded())
        single = Packed.joined([single[plural].where(plain, feminine), single[len(plural) :]])
        key = single.folded()
        often = stems.family(key)
        common = np.concatenate(times) * (often + 1) >= self.count[some]
        kept = np.flatnonzero(common & ~closed.has(key))
        self._rule(some[kept], single[kept], asks=SAME_INITIAL)
        kept = kept[(often[kept] >= 3) & (single.n[kept] > 3)]
        self._rule(some[kept], single[kept], need=ATTESTED, gives=ATTESTED)
        long = rows[self.keys[rows].ends("ات") & (self.keys.n[rows] >= 7)]  # no name is that long
        self.first.put(long, self.keys[long].until(2), ATTESTED)


def _derived_nouns(forms: Packed, verbs: Packed, noun: Bools) -> Bools:
    """Which forms that the table files under a verb are nouns: its verbal noun or participle, which
    is a lexeme of its own. noun: whether the verb is a noun besides, which may have plurals.
    """
    key = forms.folded()
    rows, found = singulars(forms)
    none = (key.n == verbs.n + 1) & key.begins_with(verbs)
    none &= ~(key.has(-1, "ء") | (forms.has(0, "إ") & key.has(-1, "ة")))  # غلاء, إذاعة
    none |= key.n < 4
    none[rows[found.same(verbs[rows])]] = True
    nominal = forms.ends("ات") | forms.has(-1, "ة") | (key.has(0, "م") & ~verbs.has(0, "م"))
    doubled = (key.n == 5) & key.has(0, "ت") & key.has(3, "ي")  # تعليم
    agent = (key.n == 4) & key.has(1, "ا")  # رافض
    agent[agent] = _without(key[agent], 1).same(verbs[agent])
    other = np.where(key.ends("اء"), verbs.has(-1, "ي"), False)  # إلقاء
    inner = (key.n > 2) & key.has(-2, "ا") & ~key.ends("اء")  # إعلان
    last = key.at(-1) == verbs.at(-1)
    short, long = _without(key[inner], -2), key[inner].until(2)
    twice = long.same(verbs[inner]) & last[inner]  # استفزاز of استفز
    twice &= ~noun[inner] | (verbs.n[inner] == 2)  # فرار of فر
    inner[inner] = short.same(verbs[inner]) | twice
    infix = (key.n == 4) & key.has(-2, "او") & ~noun
    infix[infix] = _without(key[infix], -2).same(verbs[infix])  # جواز of جاز, وقوف of وقف
    weak = key.ends("اء") & verbs.has(-1, "اي") & (key.n == 4)
    weak[weak] = key[weak].until(2).same(verbs[weak].until(1))  # غلاء of غلا
    first = nominal | np.where(verbs.n == 3, doubled | agent | infix | weak, other | inner)
    return ~none & (first | _assimilated(key, verbs))


def _assimilated(nouns: Packed, verbs: Packed) -> Bools:
    """Which words are verbal nouns of form IV of a root that begins with و: إيقاف of أوقف."""
    fits = nouns.starts("اي") & verbs.starts("او") & nouns.has(-2, "ا") & (nouns.n == verbs.n + 1)
    return fits & (nouns.at(2) == verbs.at(2)) & (nouns.at(-1) == verbs.at(-1)) & (verbs.n == 4)


def _without(words: Packed, place: int) -> Packed:
    """The words without the letter at a place from the front, or -2, the last but one."""
    if place == 1:
        front = words.letters[:, :1]
        rest = words.behind(1)
        letters = rest.letters.copy()
        letters[:, :1] = front
        return Packed(letters.view(np.uint64), rest.n)
    kept = words.until(1)
    letters = kept.letters.copy()
    letters[np.arange(len(words)), kept.n - 1] = words.at(-1)
    return Packed(letters.view(np.uint64), kept.n)
