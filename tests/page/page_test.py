#!/usr/bin/env python3
"""Looks at the pages of `ftracectl report --html` in headless Chromium, as a person would: page_test.py FTRACECTL.

Prints "SKIPPED: why" where there is no Chromium.
"""

import os
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from drive import Browser, find_chromium

FTRACECTL = sys.argv[1]


def page_of(folder, name, *arguments):
    records, page = f"{folder}/{name}.jsonl", f"{folder}/{name}.html"
    with open(records, "w", encoding="utf-8") as out:
        subprocess.run([sys.executable, HERE / "make_records.py", *arguments], stdout=out, check=True)
    subprocess.run([FTRACECTL, "report", records, "--html", page], check=True)
    return page


def open_page(browser, page):
    begin = time.monotonic()
    browser.open(page)
    browser.settle()
    assert browser.run("window.report && report.ready") is True
    return time.monotonic() - begin


def check(browser, expression, expected):
    value = browser.run(expression)
    assert value == expected, f"{expression}: {value!r}, and not {expected!r}"


def test_zoom(browser, page):
    open_page(browser, page)
    span = "report.state.to - report.state.from"
    all_of_it = browser.run(span)
    browser.click_on("#in")
    assert abs(browser.run(span) / all_of_it - .5) < .01
    browser.key("-")
    browser.key("+")
    browser.key("+")
    assert abs(browser.run(span) / all_of_it - .25) < .01
    browser.key("0")
    assert abs(browser.run(span) / all_of_it - 1) < .01
    box = browser.run("(() => { const b = document.querySelector('#lanes').getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()")
    browser.mouse("mouseWheel", box[0] + box[2] / 4, box[1] + 60, deltaX=0, deltaY=-120, modifiers=2)
    assert browser.run(span) < all_of_it * .9
    browser.key("0")
    browser.call("Input.dispatchMouseEvent", type="mousePressed", x=box[0] + 300, y=box[1] + 100, button="left", clickCount=1, modifiers=8)
    browser.mouse("mouseMoved", box[0] + 500, box[1] + 100, button="left", buttons=1, modifiers=8)
    browser.mouse("mouseReleased", box[0] + 500, box[1] + 100, button="left", clickCount=1, modifiers=8)
    assert abs(browser.run(span) / all_of_it - 200 / box[2]) < .02


def test_click(browser, page):
    open_page(browser, page)
    browser.run("scrollTo(0, 0)")
    # make's own bar is the second lane.
    spot = browser.run("(() => { const b = document.querySelector('#lanes').getBoundingClientRect(); return [b.x + b.width / 2, b.y + 22 + 22]; })()")
    browser.click(*spot)
    browser.settle()
    check(browser, "report.data.processes.pid[report.state.chosen]", 4000)
    check(browser, "document.querySelector('#details').hidden", False)
    check(browser, "document.querySelector('#details h2').textContent", "/usr/bin/make -j8")
    browser.key("Escape")
    check(browser, "report.state.chosen", -1)
    browser.run("document.querySelector('#table .list').scrollTop = 0")
    browser.settle()
    browser.click_on("#table .row[data-index='2']")
    browser.settle()
    assert browser.run("report.state.chosen") >= 0
    assert browser.run("document.querySelectorAll('#table .row.on').length") >= 1
    browser.key("u")
    browser.settle()
    assert browser.run("report.data.processes.parent[report.state.chosen]") >= -1


def test_search_and_sort(browser, page):
    open_page(browser, page)
    everything = browser.run("report.shown().length")
    browser.key("/")
    browser.type("error:ENOENT")
    browser.settle()
    check(browser, "report.shown().every(a => report.data.attempts.error[a] === 2)", True)
    assert 0 < browser.run("report.shown().length") < everything
    browser.key("Escape")
    browser.settle()
    check(browser, "report.shown().length", everything)
    browser.click_on("#sort-ms")
    browser.click_on("#sort-ms")
    browser.settle()
    check(browser, "(() => { const t = report.data.attempts.took; return Array.from(report.shown()).every((a, i, all) => i === 0 || t[all[i - 1]] >= t[a]); })()", True)
    browser.click_on("#sort-time")
    browser.key("/")
    browser.type("pid:4002")
    browser.settle()
    check(browser, "Array.from(report.shown()).every(a => report.data.processes.pid[report.data.attempts.process[a]] === 4002)", True)


def test_keyboard(browser, page):
    open_page(browser, page)
    browser.key("2")
    check(browser, "document.querySelector('#tree').hidden", False)
    browser.run("document.querySelector('#tree .list').focus()")
    for _ in range(3):
        browser.key("ArrowDown")
    browser.settle()
    check(browser, "report.state.chosen === report.treeRows()[2]", True)
    rows = browser.run("report.treeRows().length")
    browser.key("ArrowUp")
    browser.key("ArrowLeft")
    browser.settle()
    assert browser.run("report.treeRows().length") < rows
    browser.key("ArrowRight")
    check(browser, "report.treeRows().length", rows)
    browser.key("f")
    browser.settle()
    assert browser.run("report.state.failure") == 0
    browser.key("3")
    check(browser, "document.querySelector('#flame').hidden", False)
    assert browser.run("report.flame.boxes.length") > 3
    browser.key("?")
    check(browser, "document.querySelector('#keys').open", True)


def test_themes(browser, page):
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.theme("dark")
    open_page(browser, page)
    dark = browser.run(ground)
    browser.click_on("#theme")
    light = browser.run(ground)
    assert dark != light
    browser.click_on("#theme")
    check(browser, ground, dark)
    browser.theme("light")
    check(browser, ground, dark)
    browser.click_on("#theme")
    check(browser, ground, light)


def test_hostile_names(browser, page):
    open_page(browser, page)
    for tab in "1234":
        browser.key(tab)
        browser.settle()
    check(browser, "document.querySelectorAll('img, b, body script:not(#data):not(:last-of-type)').length", 0)
    check(browser, "report.data.texts.some(t => /[\\u202a-\\u202e\\u2066-\\u2069\\n\\u001b]/.test(t))", False)
    check(browser, "report.data.texts.some(t => t.includes('</script><img'))", True)
    check(browser, "report.data.texts.some(t => t.includes('a'.repeat(4000)))", True)
    check(browser, "document.documentElement.scrollWidth <= innerWidth", True)


def test_without_javascript(browser, page):
    browser.open(page, scripts=False)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    text = browser.run("document.body.innerText")
    assert "/usr/bin/make -j8" in text and "Failures" in text and "Zoom" not in text
    assert browser.run("document.querySelectorAll('.static tbody tr').length") == 200


def test_small_screen_and_print(browser, page):
    browser.resize(390, 800)
    open_page(browser, page)
    check(browser, "document.documentElement.scrollWidth <= innerWidth", True)
    browser.resize(1280, 900)
    browser.call("Emulation.setEmulatedMedia", media="print")
    check(browser, "getComputedStyle(document.querySelector('.static')).display", "block")
    check(browser, "getComputedStyle(document.querySelector('#table')).display", "none")
    assert len(browser.call("Page.printToPDF")["data"]) > 10000
    browser.call("Emulation.setEmulatedMedia", media="")


def test_fifty_thousand(browser, page):
    seconds = open_page(browser, page)
    print(f"50,000 execs: open after {seconds:.2f} s")
    # Scrolling and zooming draw: the slowest picture of each must not stall. Generous, for machines that are busy.
    slowest = browser.run("""(async () => {
      const box = document.querySelector('#table .list');
      let slowest = 0;
      const frame = () => new Promise(requestAnimationFrame);
      await frame();
      for (let i = 0; i < 40; i++) {
        const begin = performance.now();
        box.scrollTop = i * 28000;
        if (i % 2) document.querySelector('#in').click(); else document.querySelector('#fit').click();
        await frame(); await frame();
        slowest = Math.max(slowest, performance.now() - begin);
      }
      return slowest; })()""")
    print(f"50,000 execs: the slowest of 40 scrolls and zooms took {slowest:.0f} ms")
    assert seconds < 6 and slowest < 1000
    assert browser.run("document.querySelectorAll('#table .row').length") < 80


def main():
    if find_chromium() is None:
        print("SKIPPED: no Chromium is installed (Debian: apt-get install chromium)")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        small = page_of(folder, "small", "600")
        hostile = page_of(folder, "hostile", "3000", "--hostile")
        large = page_of(folder, "large", "50000")
        pages = {"test_hostile_names": hostile, "test_fifty_thousand": large}
        for name, test in [(name, test) for name, test in globals().items() if name.startswith("test_")]:
            with Browser() as browser:
                try:
                    test(browser, pages.get(name, small))
                    assert not browser.faults, browser.faults
                    assert all(url.startswith("file:") for url in browser.requested), browser.requested
                    print(f"ok {name}")
                except Exception:
                    failed += 1
                    print(f"FAILED {name}")
                    traceback.print_exc(file=sys.stdout)
                    if os.environ.get("PICTURES"):
                        browser.picture(f"{os.environ['PICTURES']}/{name}.png")
    print(f"{failed} failed")
    return 1 if failed else 0


sys.exit(main())
