"""The widget in a real browser, on a phone and on a desk, against the real gateway."""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.channels.gateway import Gateway, free_port

REPLIES = yaml.safe_load((Path(__file__).parent / "cases" / "widget_replies.yml").read_text(encoding="utf-8"))
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
QUOTE = "売上4千万、ワイドの③型はいくら？"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, gateway: Gateway) -> Iterator[Callable[..., Page]]:
    """Opens the demo site; no script fault and no breach of the content policy may come up."""
    gateway.behind.script = REPLIES
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(size: dict[str, int] = DESK, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(viewport=size, locale="ja-JP", reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        base = path if path.startswith("http") else f"http://127.0.0.1:{gateway.settings.port}{path}"
        page.goto(base)
        page.locator(".launcher").wait_for()
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def opened(page: Page) -> Page:
    page.locator(".launcher").click()
    page.locator("dialog[open]").wait_for()
    return page


def say(page: Page, text: str) -> None:
    before = page.locator(".turn.counter").count()
    page.locator("textarea").fill(text)
    page.locator("textarea").press("Enter")
    expect(page.locator(".turn.counter")).not_to_have_count(before)
    expect(page.locator(".typing")).to_be_hidden()


@SIZES
def test_the_page_never_scrolls_sideways_and_targets_fit_a_thumb(
    open_page: Callable[..., Page], size: dict[str, int]
) -> None:
    page = opened(open_page(size))
    for message in REPLIES:
        say(page, message)
        too_wide = page.evaluate(
            """() => {
            const s = document.querySelector('madoguchi-counter').shadowRoot.querySelector('.scroller');
            return [document.documentElement.scrollWidth - innerWidth, s.scrollWidth - s.clientWidth]; }"""
        )
        assert max(too_wide) <= 0, (message, too_wide)
        small = page.evaluate(
            """() => [...document.querySelector('madoguchi-counter').shadowRoot
            .querySelectorAll('dialog button, .call, .foot a')].filter(b => b.checkVisibility())
            .map(b => b.getBoundingClientRect()).filter(r => r.height < 43.9).length"""
        )
        assert small == 0, message


def test_on_a_phone_the_panel_fills_the_screen(open_page: Callable[..., Page]) -> None:
    page = opened(open_page(PHONE))
    assert page.locator("dialog").bounding_box() == {"x": 0, "y": 0, **PHONE}
    field = page.locator("textarea").evaluate("e => getComputedStyle(e).fontSize")
    assert float(field.removesuffix("px")) >= 16, "a smaller field makes a phone zoom in"


def test_on_a_desk_the_panel_stands_at_the_lower_right(open_page: Callable[..., Page]) -> None:
    box = opened(open_page(DESK)).locator("dialog").bounding_box()
    assert box is not None
    assert (box["x"] + box["width"], box["y"] + box["height"]) == (1260, 780)
    assert box["width"] < 450


def test_it_says_that_it_is_automatic_and_greets_without_asking_the_counter(
    open_page: Callable[..., Page], gateway: Gateway
) -> None:
    page = opened(open_page())
    expect(page.locator("dialog header")).to_contain_text("自動応答")
    expect(page.locator(".turn.counter").first).to_contain_text("こんにちは")
    assert gateway.behind.received == []


def test_a_quote_is_shown_as_a_card_and_not_said_twice(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    say(page, QUOTE)
    turn = page.locator(".turn.counter").last
    assert turn.locator(".bubble").inner_text() == (
        "ワイドプラン③型の年間保険料は、概算で23,750円です。\nほかの型と比べますか？"
    )
    expect(turn.locator(".premium b")).to_have_text("23,750")
    expect(turn.locator(".disclosures li")).to_have_count(3)
    hrefs = turn.locator(".foot a").evaluate_all("links => links.map(a => new URL(a.href).pathname)")
    assert hrefs == ["/quotes/Q7K3M-9TP2X", "/quotes/Q7K3M-9TP2X.pdf"]


def test_every_line_of_the_text_is_still_there_for_the_reader(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    for message, replies in REPLIES.items():
        say(page, message)
        shown = "".join(page.locator(".turn.counter").last.inner_text().split())
        for line in replies[0]["text"].splitlines():
            facts = [part for part in re.split(r"[：（）／、\s]+", line.strip("・")) if part]
            assert all(part in shown or part.removesuffix("です。")[-11:] in shown for part in facts), line


def test_buttons_send_what_they_say_and_only_the_newest_stay(
    open_page: Callable[..., Page], gateway: Gateway
) -> None:
    page = opened(open_page())
    say(page, QUOTE)
    expect(page.locator(".choice:visible")).to_have_count(3)
    page.get_by_role("button", name="ほかの型と比べる").click()
    expect(page.locator("table")).to_be_visible()
    expect(page.locator(".choices")).to_have_count(0)
    assert gateway.behind.received[-1]["message"] == "ほかの型と比べる"


def test_a_comparison_scrolls_sideways_under_its_first_column(open_page: Callable[..., Page]) -> None:
    page = opened(open_page(PHONE))
    say(page, "プランの違いは？")
    before, after, scrolled = page.locator(".scroll").evaluate(
        """async e => { const first = () => e.querySelector('tbody th').getBoundingClientRect().left;
        const before = first(); e.scrollLeft = 90; await new Promise(requestAnimationFrame);
        return [before, first(), e.scrollLeft]; }"""
    )
    assert scrolled > 40
    assert before == after


@SIZES
def test_an_amount_is_never_broken_inside(open_page: Callable[..., Page], size: dict[str, int]) -> None:
    page = opened(open_page(size))
    say(page, "売上3千万、ワイドでいくら？")
    broken = page.locator("td .part").evaluate_all(
        """parts => parts.filter(p => p.getBoundingClientRect().height
        > 1.5 * parseFloat(getComputedStyle(p).lineHeight)).map(p => p.textContent)"""
    )
    assert page.locator("td .part").count() == 12
    assert broken == []


def test_what_a_table_shows_is_not_said_twice(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    say(page, "売上3千万、ワイドでいくら？")
    said = page.locator(".turn.counter").last.locator(".bubble").all_inner_texts()
    assert said == ["売上3,000万円（区分：5,000万円未満）の年間保険料です。", "1年分の額です。"]


def test_a_table_stands_where_its_lines_stood(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    say(page, "売上3千万、ワイドでいくら？")
    parts = page.locator(".turn.counter").last.evaluate("turn => [...turn.children].map(part => part.className)")
    assert parts[1:] == ["bubble", "card wide", "bubble"]


def test_a_line_with_a_figure_that_no_block_shows_stays(open_page: Callable[..., Page], gateway: Gateway) -> None:
    (reply,) = REPLIES["売上3千万、ワイドでいくら？"]
    (table,) = reply["custom"]["blocks"]
    rows = [[cell for cell in row if not cell.startswith("WA")] for row in table["rows"]]
    columns = [column for column in table["columns"] if column != "加入型"]
    without_codes = {**reply, "custom": {"blocks": [{**table, "columns": columns, "rows": rows}]}}
    page = opened(open_page())
    gateway.behind.script = {**REPLIES, "コースごと": [without_codes]}
    say(page, "コースごと")
    shown = page.locator(".turn.counter").last.inner_text()
    assert "WA①-0" in shown and "WA④-0" in shown


def test_people_can_be_called_and_addresses_opened(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    say(page, "電話番号は？")
    turn = page.locator(".turn.counter").last
    links = turn.locator("a").evaluate_all("found => found.map(a => [a.getAttribute('href'), a.rel])")
    assert links == [["tel:0335172305", ""], ["https://example.jp/guide?a=1", "noopener noreferrer"]]
    assert "<b>太字</b>" in turn.inner_text()
    say(page, "事故を起こした")
    call = page.locator(".call")
    assert call.get_attribute("href") == "tel:0120727110"
    assert call.get_attribute("aria-label") == "事故サポートセンターに電話する 0120-727-110"


ATTACK = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


def test_nothing_is_read_as_html(open_page: Callable[..., Page], gateway: Gateway) -> None:
    rows = [{"label": ATTACK, "value": ATTACK}]
    table = {"type": "table", "title": ATTACK, "columns": [ATTACK, "a"], "rows": [[ATTACK, ATTACK]]}
    steps = {"type": "steps", "title": ATTACK, "items": [ATTACK]}
    draft = {"type": "draft", "number": ATTACK, "title": ATTACK, "rows": rows, "print_url": "/drafts/A"}
    notice = {
        "type": "notice",
        "level": "info",
        "text": ATTACK + ' javascript:alert(1) https://example.jp/"onload=1',
    }
    page = opened(open_page())
    gateway.behind.script = {}
    gateway.behind.reply = [
        {
            "text": ATTACK,
            "buttons": [{"title": ATTACK, "payload": ATTACK}],
            "custom": {"blocks": [table, steps, draft, notice]},
        }
    ]
    say(page, ATTACK)
    page.reload()
    opened(page)
    assert page.evaluate("window.hit") is None
    root = page.locator("madoguchi-counter")
    assert root.locator("img, script").count() == 0
    assert root.locator("a[href^='javascript']").count() == 0
    expect(root.locator(".card")).to_have_count(3)


def test_the_conversation_survives_a_reload_and_can_be_begun_anew(
    open_page: Callable[..., Page], gateway: Gateway
) -> None:
    page = opened(open_page())
    say(page, QUOTE)
    page.reload()
    opened(page)
    expect(page.locator(".premium b")).to_have_text("23,750")
    expect(page.locator(".choice:visible")).to_have_count(3)
    say(page, "電話番号は？")
    page.get_by_role("button", name="最初から").click()
    page.get_by_role("button", name="新しく始める").click()
    expect(page.locator(".turn")).to_have_count(1)
    say(page, "電話番号は？")
    senders = [asked["sender"] for asked in gateway.behind.received]
    assert senders[0] == senders[1] != senders[2]
    page.reload()
    opened(page)
    expect(page.locator(".turn.member")).to_have_count(1)


def test_a_secret_is_struck_out_on_the_screen_and_kept_nowhere(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    say(page, "パスワードは himitsu99 です")
    expect(page.locator(".turn.member .bubble")).to_have_text("パスワードは ［伏せました］ です")
    expect(page.locator(".notice.warning")).to_contain_text("書かないでください")
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "伏せました" in kept and "himitsu" not in kept


def test_without_a_connection_it_waits_and_sends_once(
    open_page: Callable[..., Page], gateway: Gateway
) -> None:
    page = opened(open_page(PHONE))
    page.context.set_offline(True)
    page.locator("textarea").fill("電話番号は？")
    page.locator("textarea").press("Enter")
    expect(page.locator(".state")).to_contain_text("電波")
    page.context.set_offline(False)
    expect(page.locator(".turn.counter")).to_have_count(2)
    expect(page.locator(".state")).to_have_count(0)
    assert len(gateway.behind.received) == 1


def test_an_answer_lost_on_the_way_is_fetched_without_saying_it_twice(
    open_page: Callable[..., Page], gateway: Gateway
) -> None:
    page = opened(open_page())
    lost: list[bool] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(True)
        route.fetch()
        route.abort()

    page.route("**/webhooks/rest/webhook", lose_the_first)
    say(page, "電話番号は？")
    assert lost == [True]
    assert len(gateway.behind.received) == 1


def test_too_fast_waits_as_long_as_told(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    refused: list[bool] = []

    def refuse_the_first(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(True)
        route.fulfill(
            status=429, headers={"Retry-After": "1"}, json={"code": "too_many_messages", "message": "-"}
        )

    page.route("**/webhooks/rest/webhook", refuse_the_first)
    page.locator("textarea").fill("電話番号は？")
    page.locator("textarea").press("Enter")
    expect(page.locator(".state")).to_contain_text("送り直します")
    expect(page.locator(".turn.counter")).to_have_count(2)


def test_what_cannot_be_sent_is_told_and_can_be_sent_again(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    page.route("**/webhooks/rest/webhook", lambda route: route.fulfill(status=422, json={}))
    page.locator("textarea").fill("電話番号は？")
    page.locator("textarea").press("Enter")
    expect(page.locator(".state")).to_contain_text("送れませんでした")
    page.unroute_all()
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.locator(".turn.counter")).to_have_count(2)


def test_the_keyboard_alone_suffices(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = open_page()
    page.locator(".launcher").focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    assert page.locator("textarea").evaluate("e => e.getRootNode().activeElement === e")
    page.keyboard.type("一行目")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("二行目")
    page.keyboard.press("Enter")
    expect(page.locator(".turn.counter")).to_have_count(2)
    assert gateway.behind.received[0]["message"] == "一行目\n二行目"
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(page.locator(".launcher")).to_be_focused()


def test_enter_during_conversion_does_not_send(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = opened(open_page())
    page.locator("textarea").fill("ほけんりょう")
    page.locator("textarea").evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(page.locator("textarea")).to_have_value("ほけんりょう")
    assert gateway.behind.received == []


def test_a_screen_reader_is_told_what_is_what(open_page: Callable[..., Page]) -> None:
    page = opened(open_page(PHONE))
    say(page, QUOTE)
    log = page.get_by_role("log", name="会話")
    assert log.get_attribute("aria-live") == "polite"
    expect(page.get_by_role("dialog", name="保険の窓口")).to_be_visible()
    expect(page.get_by_role("textbox", name="メッセージ")).to_be_visible()
    for name in ("送信", "窓口を閉じる", "最初から"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(log).to_contain_text("あなた: ")
    expect(log).to_contain_text("窓口: ")
    nameless = page.evaluate(
        """() => [...document.querySelector('madoguchi-counter').shadowRoot.querySelectorAll('button, a')]
        .filter(e => !e.textContent.trim() && !e.getAttribute('aria-label')).length"""
    )
    assert nameless == 0


CONTRAST = """() => {
  const channel = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const ground = e => {
    for (; e; e = e.parentElement ?? e.getRootNode().host) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if ((c[3] ?? 1) === 1) return c;
    }
    return [255, 255, 255];
  };
  const root = document.querySelector('madoguchi-counter').shadowRoot, poor = [];
  for (const e of root.querySelectorAll('dialog *')) {
    if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) poor.push(`${e.className || e.tagName} ${ratio} ${e.textContent.slice(0, 20)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_at_least_aa(open_page: Callable[..., Page], scheme: str) -> None:
    page = opened(open_page(color_scheme=scheme))
    for message in REPLIES:
        say(page, message)
        assert page.evaluate(CONTRAST) == [], message
    dark = page.locator("dialog").evaluate("e => getComputedStyle(e).backgroundColor")
    assert (dark == "rgb(245, 243, 238)") == (scheme == "light")


def test_who_wants_no_motion_gets_none(open_page: Callable[..., Page]) -> None:
    page = opened(open_page())
    moving = "() => document.getAnimations().filter(a => a.playState === 'running').length"
    say(page, QUOTE)
    assert page.evaluate(moving) == 0


def test_a_long_answer_is_read_from_its_beginning(open_page: Callable[..., Page]) -> None:
    page = opened(open_page(PHONE))
    say(page, "長い答え")
    scroller = page.locator(".scroller").bounding_box()
    reply = page.locator(".turn.counter").last.bounding_box()
    assert scroller is not None and reply is not None
    assert scroller["y"] - 2 <= reply["y"] < scroller["y"] + 120


def test_too_long_a_text_is_held_back_with_a_count(open_page: Callable[..., Page], gateway: Gateway) -> None:
    page = opened(open_page())
    page.locator("textarea").fill("あ" * 1001)
    expect(page.locator(".left")).to_have_text("あと-1文字")
    page.locator("textarea").press("Enter")
    expect(page.locator("textarea")).to_have_value("あ" * 1001)
    assert gateway.behind.received == []


def test_the_demo_site_is_marked_and_asks_by_its_buttons(
    open_page: Callable[..., Page], gateway: Gateway
) -> None:
    page = open_page()
    expect(page.locator("body")).to_contain_text("デモ")
    page.get_by_role("button", name="基本とワイドは何が違う？").click()
    expect(page.locator(".turn.counter")).to_have_count(2)
    assert gateway.behind.received[0]["message"] == "基本とワイドは何が違う？"


def test_it_can_be_embedded_by_one_tag_in_another_site(
    browser: Browser, start_gateway: Callable[..., Gateway]
) -> None:
    site_port = free_port()
    gateway = start_gateway(site_origins=f"http://127.0.0.1:{site_port}")
    gateway.behind.script = REPLIES
    tag = f'<script src="http://127.0.0.1:{gateway.settings.port}/widget.js" data-lang="en" defer></script>'

    class Site(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>site</title><p>site</p>{tag}".encode())

    site = ThreadingHTTPServer(("127.0.0.1", site_port), Site)
    thread = threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site_port}/")
    opened(page)
    expect(page.locator("dialog header")).to_contain_text("Insurance counter")
    say(page, QUOTE)
    expect(page.locator(".premium b")).to_have_text("23,750")
    link = page.locator(".foot a").first.get_attribute("href")
    assert link == f"http://127.0.0.1:{gateway.settings.port}/quotes/Q7K3M-9TP2X"
    context.close()
    site.shutdown()
    site.server_close()
    thread.join(5)
