"""The page of `xmem --html`: frames as wide as their bytes, zooming, searching, sorting, choosing; two snapshots compared."""
import subprocess
import sys

import browser

PROGRAM = """keep = {}
local function make(n)
  return ("</script>"):rep(n)
end
for i = 1, 10 do keep[i] = make(1000 + i) end
keep.other = ("y"):rep(30000)
"""
FLAME = "const flame = document.querySelector('.flame').flame; "


def page(*words):
    with open("t.lua", "w", encoding="utf-8") as f:
        f.write(PROGRAM)
    subprocess.run(["xmem", "--leaks", "--frames", "9", "--html", "t.html", "--report", "/dev/null", *words], check=True)


def run(b):
    page("t.lua")
    b.open("t.html")


def column(b, n):
    return b.js("return [...document.querySelectorAll('tr.row')].map(r => r.cells[arguments[0]].textContent)", n)


def the_whole_is_there(b):
    """The page tells what is held; the heaviest line comes first, with its text; nothing is loaded."""
    run(b)
    assert b.js("return document.title") == "t.lua"
    assert "held" in b.js("return document.querySelector('.facts').textContent")
    first, second = (float(size.split()[0]) for size in column(b, 0)[:2])
    assert 88 < first < 95 and 29 < second < 32, column(b, 0)
    assert column(b, 3)[0] == 't.lua:3return ("</script>"):rep(n)', column(b, 3)
    assert b.js("return document.querySelectorAll('script[src], link, img, iframe').length") == 0


def a_click_zooms_and_chooses(b):
    """A click on a frame gives it the whole width; the button leads back."""
    run(b)
    box = b.js(FLAME + "return flame.at(0)")
    b.click_until((box["left"] + box["width"] / 2, box["top"] + box["height"] / 2), FLAME + "return flame.zoomed() === 0")
    b.click("h2 button")
    b.until(FLAME + "return flame.zoomed() === -1")


def searching_finds_lines(b):
    """A search leaves the lines that match, by file and by text."""
    run(b)
    b.type("input[type=search]", "rep\\(30000")
    b.until("return document.querySelectorAll('tr.row').length === 1")
    assert column(b, 3) == ['t.lua:6keep.other = ("y"):rep(30000)']


def a_head_sorts(b):
    """A click on a head sorts by it."""
    run(b)
    b.click("th:nth-child(2)")
    counts = [int(n.replace(",", "")) for n in column(b, 1)]
    assert counts == sorted(counts, reverse=True)


def changes_are_shown(b):
    """Of two snapshots the page tells what has changed, the greatest first."""
    run(b)
    page("-o", "a.json", "t.lua")
    with open("t.lua", "a", encoding="utf-8") as f:
        f.write("keep.third = ('z'):rep(50000)\n")
    subprocess.run(["xmem", "--leaks", "-o", "b.json", "--report", "/dev/null", "t.lua"], check=True)
    subprocess.run(["xmem", "--diff", "--html", "d.html", "--report", "/dev/null", "a.json", "b.json"], check=True)
    b.open("d.html")
    assert column(b, 2)[0] == "+48.9 KiB", column(b, 2)


sys.exit(browser.main([the_whole_is_there, a_click_zooms_and_chooses, searching_finds_lines, a_head_sorts, changes_are_shown]))
