"""The reading page as a browser shows it: from a bar to its sentences, and nothing else runs."""

import os
import shutil

import pytest
from read_study import HOSTILE, a_run

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = shutil.which(os.environ.get("Q7X2LAB_BROWSER", "chromium"))


@pytest.fixture(scope="module")
def browser():
    if not BROWSER:
        pytest.skip("no browser is installed: set Q7X2LAB_BROWSER to the name of a Chromium")
    with playwright.sync_playwright() as runner:
        chromium = runner.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=["ar", "en"])
def page(browser, tmp_path, monkeypatch, request):
    """The open page; at the end nothing was said on the console, and nothing else was loaded."""
    a_run(tmp_path, monkeypatch, language=request.param)
    opened = browser.new_page(viewport={"width": 1200, "height": 800})
    said, loaded = [], []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append("a dialog"))
    opened.on("request", lambda sent: loaded.append(sent.url))
    opened.goto((tmp_path / "reading" / "reading.html").as_uri())
    yield opened
    assert opened.title() == HOSTILE
    assert said == []
    assert loaded == [opened.url.split("#")[0]]
    opened.close()


def bar(page, *names: str):
    """The bar whose label begins with these names."""
    labels = page.locator(".bar").evaluate_all("bars => bars.map(bar => bar.ariaLabel)")
    places = [n for n, label in enumerate(labels) if label.startswith(" · ".join(names))]
    assert places, labels
    return page.locator(".bar").nth(places[0])


def marked(page) -> list[str]:
    return page.locator("#sentences mark").all_inner_texts()


def test_a_bar_leads_to_its_sentences(page):
    bar(page, "روسيا", "الأولى", "2022-01").click()
    assert marked(page) == ["وروسيا"]
    sentence = page.locator("#sentences blockquote")
    assert sentence.inner_text() == "🚢 تستورد البلاد القمح من أوكرانيا وروسيا."
    assert sentence.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert "2022-01-05" in page.inner_text("#sentences cite")
    assert page.get_attribute("#sentences cite a", "href") == "https://news.example/a"
    page.click("#sentences summary")
    page.wait_for_selector("#sentences details p")
    assert "ثم صمتت" in page.inner_text("#sentences details p")
    bar(page, "روسيا", "الأولى", "2022-02").click()
    assert marked(page) == []
    bar(page, "روسيا", "الكل all", "2022-02").click()
    assert marked(page) == ["روسيا", "الرُّوسِيَا"]


def test_a_word_is_found_in_all_its_forms(page):
    page.fill("#words", "روسيا")
    page.press("#words", "Enter")
    assert marked(page) == ["وروسيا", "روسيا", "الرُّوسِيَا"]
    page.fill("#words", "رُوسيـا")
    page.press("#words", "Enter")
    assert len(marked(page)) == 3
    page.fill("#words", "اوكرانيا وروسيا")
    page.press("#words", "Enter")
    assert marked(page) == ["أوكرانيا وروسيا"]
    page.fill("#words", ".*+?(")
    page.press("#words", "Enter")
    assert marked(page) == []
    bar(page, "الأولى · روسيا · 2").click()  # a key word of that outlet
    assert marked(page) == ["وروسيا"]


def test_filters_by_outlet_and_month(page):
    page.fill("#words", "روسيا")
    page.press("#words", "Enter")
    page.select_option("#outlet", "الأولى")
    assert marked(page) == ["وروسيا"]
    page.select_option("#month", "2022-02")
    assert marked(page) == []
    page.select_option("#outlet", HOSTILE)
    assert len(marked(page)) == 2


def test_the_keyboard_is_enough(page):
    page.focus("#words")
    page.keyboard.type("الغاز")
    page.keyboard.press("Enter")
    assert marked(page) == ["الغاز"]
    first = page.locator(".bar").first
    first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "asked"
    assert first.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert first.evaluate("e => e === document.activeElement")


def test_text_of_others_stays_text(page):
    for _ in range(2):  # in either language
        for place in range(page.locator(".bar").count()):
            page.locator(".bar").nth(place).click()
        page.fill("#words", HOSTILE)
        page.press("#words", "Enter")
        page.fill("#words", "روسيا")
        page.press("#words", "Enter")
        for place in range(page.locator("details").count()):
            page.locator("summary").nth(place).click()
        page.click("#switch")
    assert HOSTILE in page.locator("#sentences details p").nth(1).inner_text()
    assert HOSTILE in page.locator("#sentences cite").first.inner_text()
    assert page.locator("script").count() == 2
    assert page.locator("[onmouseover], a[href^=javascript]").count() == 0
    bar(page, "__proto__", "الأولى", "2022-01").click()
    assert marked(page) == ["القمح"]


def test_the_policy_lets_nothing_else_run(browser, tmp_path, monkeypatch):
    a_run(tmp_path, monkeypatch)
    page = browser.new_page()
    page.goto((tmp_path / "reading" / "reading.html").as_uri())
    page.evaluate("""() => {
        document.addEventListener("securitypolicyviolation", () => { window.stopped = true; });
        const script = document.createElement("script");
        script.textContent = "document.title = 3";
        document.body.append(script);
    }""")
    page.wait_for_function("window.stopped")
    assert page.title() == HOSTILE
    page.close()


def test_the_switch_turns_the_page(page):
    before = page.evaluate("document.documentElement.dir")
    page.click("#switch")
    assert {before, page.evaluate("document.documentElement.dir")} == {"rtl", "ltr"}


@pytest.mark.parametrize("width", [500, 1400])
def test_nothing_scrolls_sideways_but_tables(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    bar(page, "روسيا", "الأولى", "2022-01").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture(params=["ar", "en"])
def report(browser, tmp_path, monkeypatch, request):
    """The report of the same run, opened in a language; nothing is said on the way."""
    a_run(tmp_path, monkeypatch, language=request.param)
    opened = browser.new_page(viewport={"width": 1200, "height": 800})
    said = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append("a dialog"))
    opened.goto((tmp_path / "index.html").as_uri())
    unfold(opened)
    yield opened
    assert opened.title() == HOSTILE
    assert said == []
    opened.close()


def unfold(page) -> None:
    for summary in page.locator("summary:visible").all():
        summary.click()


def row(page, *cells: str):
    """The link of the visible row of a table that has these cells."""
    rows = page.locator("tr:visible", has=page.locator("td a"))
    for cell in cells:
        rows = rows.filter(has_text=cell)
    return rows.locator("a").first


def test_a_row_of_the_report_opens_its_sentences(report):
    row(report, "روسيا", "الأولى", "2022-01").click()
    report.wait_for_url("**/reading/reading.html#trends.0")
    assert marked(report) == ["وروسيا"]
    assert report.evaluate("document.activeElement.id") == "asked"
    pressed = report.locator(".bar[aria-pressed=true]")
    assert pressed.count() == 1
    assert pressed.get_attribute("aria-label").startswith("روسيا · الأولى · 2022-01")
    report.keyboard.press("Escape")
    assert pressed.evaluate("e => e === document.activeElement")
    report.go_back()
    unfold(report)
    row(report, HOSTILE, "الأولى", "2022-02").focus()
    report.keyboard.press("Enter")
    report.wait_for_url("**/reading/reading.html#trends.*")
    assert marked(report) == ["الغاز"]
    report.locator("#trends > a").click()
    report.wait_for_url("**/index.html#trends")
    assert report.locator("figure#trends img").count() == 1


def test_names_over_time_open_by_outlet_voice_and_period(report):
    figure = report.locator("figure[id^=naming-over-time]")
    assert figure.locator("img:visible").count() == 1
    figure.locator("td a:visible").first.click()
    report.wait_for_url("**/reading/reading.html#naming-over-time-*.*")
    assert marked(report) == ["روسيا", "الرُّوسِيَا"]
    assert "في اقتباس quoted" in report.locator("[aria-pressed=true]").get_attribute("aria-label")
    part = report.locator("section[id^=naming-over-time]")
    labels = part.locator(".bar").evaluate_all("bars => bars.map(bar => bar.ariaLabel)")
    assert len(labels) == len(set(labels)) > 3
    part.locator("[aria-label^='الأولى · بصوت المصدر own voice · روسيا']").click()
    assert marked(report) == ["وروسيا"]


def test_an_address_of_nothing_opens_nothing(page):
    for address in ("#%E0%A4%A", "#trends.999", "#__proto__", "#sentences"):
        page.evaluate("address => { location.hash = address; }", address)
        page.wait_for_timeout(50)
        assert marked(page) == []
    page.evaluate("() => { location.hash = '#trends.0'; }")
    page.wait_for_function("document.activeElement.id === 'asked'")
    assert marked(page) == ["وروسيا"]
