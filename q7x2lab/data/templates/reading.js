"use strict";
// Every text comes from the data and is put in by textContent; nothing here makes HTML of it.
const data = JSON.parse(document.getElementById("data").textContent);
const at = id => document.getElementById(id);
const { articles, groups } = data;
articles.day = articles.day.map(day => day.slice(0, 10));
const MARKS = "[\\u064b-\\u065f\\u0670\\u06d6-\\u06ed\\u0640]*"; // between the letters of a word
const PAGE = 50; // sentences shown at a time
const MONTHS = { Q1: ["01", "03"], Q2: ["04", "06"], Q3: ["07", "09"], Q4: ["10", "12"] };
const entries = new Map(); // the address of a row, as the report has it, to what opens it
let shown = null; // what is being read: its hits, and how many are on the page

function make(tag, parent, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
}

// Texts in both languages, of which the page shows one; a plain text stands in its own direction.
function say(element, ...texts) {
  element.textContent = "";
  texts.forEach((text, number) => {
    if (number) element.append(" · ");
    if (typeof text !== "object") return make("bdi", element, text);
    make("span", element, text.ar || text.en, { lang: "ar", dir: "rtl" });
    return make("span", element, text.en || text.ar, { lang: "en", dir: "ltr" });
  });
}

// A value that the data has under that key, whatever the key is called.
const own = (table, key) => table && Object.hasOwn(table, key) ? table[key] : undefined;

const plain = word => word.normalize("NFC").replace(/[\u064b-\u065f\u0670\u06d6-\u06ed\u0640]/g, "")
  .replace(/[أإآٱ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه").toLowerCase();

// Each folded form leads to the lexemes that have it; made when a word is first looked for.
let lexicon = null;
function formsOf(word) {
  if (!lexicon) {
    lexicon = new Map();
    data.lexemes.forEach((line, number) => {
      for (const form of line.split(" ")) {
        const key = plain(form);
        if (!lexicon.has(key)) lexicon.set(key, new Set());
        lexicon.get(key).add(number);
      }
    });
  }
  const found = lexicon.get(plain(word)) || [];
  const forms = new Set([word]);
  for (const number of found) data.lexemes[number].split(" ").forEach(form => forms.add(form));
  return [...forms];
}

// Whole words in any of their forms, one after the other.
function pattern(words) {
  const letters = form => [...form].map(letter => letter.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const one = word => `(?:${formsOf(word).map(form => letters(form).join(MARKS)).join("|")})${MARKS}`;
  const all = words.map(one).join("[^\\p{L}\\p{N}]{1,3}");
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}_])${all}(?![\\p{L}\\p{N}_])`, "giu");
}

function inPeriod(date, label) {
  const quarter = /^(\d{4})(Q[1-4])$/.exec(label);
  if (quarter) return MONTHS[quarter[2]].map(month => `${quarter[1]}-${month}`)
    .every((edge, last) => last ? date.slice(0, 7) <= edge : date >= edge);
  const [first, last] = label.split("/");
  return last ? date >= first && date <= last : date.startsWith(label);
}

// Which articles count: those of the bar, and of what is chosen above.
function counts(number, where) {
  const date = articles.day[number];
  if (at("outlet").value && groups.outlet[number] !== at("outlet").value) return false;
  if (at("month").value && !date.startsWith(at("month").value)) return false;
  if (where.period && !inPeriod(date, where.period)) return false;
  return !where.group || groups[where.by][number] === where.group;
}

// The places of the text as JavaScript counts them: Python counts a letter beyond U+FFFF once.
function place(number, offset) {
  const text = articles.text[number];
  return /[\ud800-\udbff]/.test(text) ? [...text].slice(0, offset).join("").length : offset;
}

function keptHits(asked) {
  const flat = own(data.hits[asked.hits].of, asked.key) || [];
  const hits = [];
  for (let i = 0; i < flat.length; i += 3) {
    const [number, start, end] = flat.slice(i, i + 3);
    if (counts(number, asked)) hits.push([number, place(number, start), place(number, end)]);
  }
  return hits;
}

function wordHits(asked) {
  const words = asked.words.match(/[\p{L}\p{M}\p{N}_]+/gu) || [];
  if (!words.length) return [];
  const sought = pattern(words);
  const hits = [];
  articles.text.forEach((text, number) => {
    if (!counts(number, asked)) return;
    for (const hit of text.matchAll(sought)) hits.push([number, hit.index, hit.index + hit[0].length]);
  });
  return hits;
}

function showMore() {
  const next = shown.hits.slice(shown.done, shown.done + PAGE);
  next.forEach(hit => showSentence(at("sentences"), ...hit));
  shown.done += next.length;
  at("more").hidden = shown.done >= shown.hits.length;
}

// The sentence of a hit, or the sentences, for a quotation may be several; then where it stands.
function showSentence(list, number, start, end) {
  const text = articles.text[number];
  const begins = articles.begins[number].map(offset => place(number, offset));
  const first = begins.filter(begin => begin <= start).pop() ?? 0;
  const last = begins.find(begin => begin >= end) ?? text.length;
  const item = make("li", list);
  const quote = make("blockquote", item, text.slice(first, start).trimStart());
  make("mark", quote, text.slice(start, end));
  quote.append(text.slice(end, last).trimEnd());
  const cite = make("cite", item);
  const address = articles.address[number];
  for (const part of [groups.outlet[number], articles.day[number], (articles.title || [])[number]])
    if (part) { make("bdi", cite, part); cite.append(" · "); }
  if (/^https?:\/\/\S+$/i.test(address))
    make("a", cite, address, { href: address, rel: "noopener noreferrer", dir: "ltr" });
  else make("bdi", cite, articles.id[number]);
  const whole = make("details", item);
  say(make("summary", whole), { ar: "المقالة كلها", en: "The whole article" });
  whole.addEventListener("toggle", () => whole.children[1] || make("p", whole, text));
}

function read(asked, opener) {
  const hits = asked.words === undefined ? keptHits(asked) : wordHits(asked);
  shown = { asked, opener, hits, done: 0 };
  for (const bar of document.querySelectorAll(".bar")) bar.setAttribute("aria-pressed", bar === opener);
  say(at("asked"), ...asked.names);
  const within = new Set(hits.map(hit => hit[0])).size;
  say(at("found"), {
    ar: `المواضع: ${hits.length}، في مقالات عددها ${within}`,
    en: `${hits.length} places in ${within} articles`,
  });
  if (asked.words !== undefined) {
    const forms = new Set(hits.map(([n, start, end]) => articles.text[n].slice(start, end)));
    if (forms.size) make("p", at("found"), [...forms].slice(0, 30).join(" · "), { dir: "auto" });
  }
  at("sentences").textContent = "";
  showMore();
}

const nameOf = (part, value) =>
  own(own(data.hits, part.hits)?.titles, value) || own(part.words, value) || value;
const bothOf = text => text.ar === undefined ? text : text.ar === text.en ? text.ar : `${text.ar} ${text.en}`;

// What a bar asks for: the key of its hits, or its word; and the group and period of its articles.
function question(part, bar) {
  const asked = { hits: part.hits, by: part.by, names: bar.names };
  if (part.key.length) asked.key = part.key.map(axis => bar[axis]).join(" · ");
  else asked.words = bar.row;
  for (const [axis, column] of Object.entries(part.roles)) {
    if (column === "period") asked.period = bar[axis];
    if (column === "group" && groups[part.by].includes(bar[axis])) asked.group = bar[axis];
  }
  return asked;
}

const number = (part, length) => length === null ? "" : part.value === "share"
  ? `${Math.round(100 * length)} %` : String(Number(length.toPrecision(3)));

function press(part, bar) {
  read(question(part, bar), bar.button);
  at("asked").focus();
}

function drawBar(parent, part, bar, text, most) {
  const title = [...bar.names.map(bothOf), number(part, bar.length)].join(" · ");
  const button = make("button", parent, undefined,
    { type: "button", class: "bar", "aria-pressed": "false", "aria-label": title, title });
  if (text) say(button, text);
  button.style.setProperty("--size", `${100 * Math.abs(bar.length || 0) / most}%`);
  button.addEventListener("click", () => press(part, bar));
  bar.button = button;
}

function drawPanel(parent, part, bars, most) {
  const unique = axis => [...new Set(bars.map(bar => bar[axis]))];
  if (!part.roles.column) {
    const list = make("div", parent, undefined, { class: "list" });
    for (const bar of bars) drawBar(list, part, bar, bar.row, most);
    return;
  }
  const upright = part.roles.column === "period";
  const scroll = make("div", parent, undefined, { class: "scroll", tabindex: "0" });
  const table = make("table", scroll, undefined, upright ? { class: "upright" } : {});
  const head = make("tr", table);
  make("td", head);
  const columns = unique("column");
  for (const column of columns) say(make("th", head, undefined, { scope: "col" }), nameOf(part, column));
  const cells = new Map(bars.map(bar => [JSON.stringify([bar.row, bar.column]), bar]));
  for (const row of unique("row")) {
    const line = make("tr", table);
    say(make("th", line, undefined, { scope: "row" }), nameOf(part, row));
    for (const column of columns) {
      const cell = make("td", line);
      const bar = cells.get(JSON.stringify([row, column]));
      if (bar && bar.length !== null) drawBar(cell, part, bar, upright ? "" : number(part, bar.length), most);
    }
  }
}

function drawPart(part) {
  const section = make("section", at("parts"), undefined, { id: part.name });
  const twins = data.parts.filter(other => bothOf(other.title) === bothOf(part.title));
  const title = twins.length > 1 ? [part.title, part.name] : [part.title];
  say(make("h2", section), ...title);
  say(make("a", make("li", at("contents")), undefined, { href: `#${part.name}` }), ...title);
  say(make("a", section, undefined, { href: `../index.html#${part.name}` }), { ar: "الشكل والجدول", en: "Figure and table" });
  const axes = Object.keys(part.roles);
  const bars = part.bars.map((values, which) => {
    const bar = Object.fromEntries([...axes, "length"].map((axis, i) => [axis, values[i]]));
    bar.names = axes.map(axis => nameOf(part, bar[axis]));
    bar.box = JSON.stringify([bar.panel, bar.within]);
    const entry = `${part.name}.${part.rows[which]}`;
    if (!entries.has(entry)) entries.set(entry, { part, bar });
    return bar;
  });
  const most = Math.max(...bars.map(bar => Math.abs(bar.length || 0))) || 1;
  for (const box of new Set(bars.map(bar => bar.box))) {
    const inside = bars.filter(bar => bar.box === box);
    const heads = [inside[0].panel, inside[0].within].filter(name => name !== undefined);
    if (heads.length) say(make("h3", section), ...heads.map(name => nameOf(part, name)));
    drawPanel(section, part, inside, most);
  }
}

function fill(select, values) {
  make("option", select, "—", { value: "" });
  for (const value of [...new Set(values)].filter(Boolean).sort()) make("option", select, value, { value });
  select.addEventListener("change", () => shown && read(shown.asked, shown.opener));
}

fill(at("outlet"), groups.outlet);
fill(at("month"), articles.day.map(date => date.slice(0, 7)));
data.parts.forEach(drawPart);
const held = articles.id.length;
say(at("sample"), held === data.all
  ? { ar: `فيها كل المقالات: ${held}.`, en: `It holds all ${held} articles.` }
  : { ar: `فيها عينة عشوائية: ${held} من ${data.all} مقالة؛ أطوال الأعمدة من المقالات كلها.`,
    en: `It holds a random sample, ${held} of ${data.all} articles; the lengths of bars are of all articles.` });
at("search").addEventListener("submit", event => {
  event.preventDefault();
  const words = at("words").value.trim();
  if (words) read({ words, names: [words] }, at("words"));
});
at("more").addEventListener("click", showMore);
at("switch").addEventListener("click", () => {
  const page = document.documentElement;
  page.lang = page.lang === "ar" ? "en" : "ar";
  page.dir = page.lang === "ar" ? "rtl" : "ltr";
});
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && shown && shown.opener) shown.opener.focus();
});

// The address names an exhibit, or a row of its table, whose sentences are then opened.
function follow() {
  const asked = location.hash.slice(1), entry = entries.get(asked);
  (entry?.bar.button || at(entry?.part.name || asked))?.scrollIntoView({ block: entry ? "center" : "start" });
  if (entry) press(entry.part, entry.bar);
}
window.addEventListener("hashchange", follow);
follow();
