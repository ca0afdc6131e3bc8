"""The page of `xprof --format html`: zooming, searching, sorting, choosing, the times of lines; a profile of any size."""
import json
import os
import subprocess
import sys

import browser

# file, line, name, primitive calls, calls, own, cumulative seconds; "work.lua" is written below
FUNCTIONS = [["{}/work.lua", 1, "<main>", 1, 1, .1, 1], ["{}/work.lua", 1, "leaf", 8, 8, .5, .5], ["{}/work.lua", 4, "rec", 2, 5, .25, .6],
             ["~", 0, "<print>", 1, 1, .15, .15]]
EDGES = [[0, 2, 2, 2, .2, .6], [2, 2, 1, 3, .05, .3], [2, 1, 5, 5, .35, .35], [0, 1, 3, 3, .15, .15], [0, 3, 1, 1, .15, .15]]
CONTEXTS = [[-1, 0, 1, .1], [0, 2, 2, .2], [1, 2, 3, .05], [1, 1, 3, .25], [2, 1, 2, .1], [0, 1, 3, .15], [0, 3, 1, .15]]
LINES = [[3, 2, 9, 9, .25, .25], [4, 2, 3, 3, .1, .1], [5, 2, 4, 4, .1, .1], [5, 1, 1, 1, .05, .05], [1, 5, 6, 9, .2, .6], [2, 5, 1, 3, .05, .15]]
WORK = "local function leaf(n)\n  for i = 1, n do end\nend\nlocal function rec(n)\n  leaf(n) if n > 0 then rec(n - 1) end\nend\nrec(3) print('</script>')\n"


def page(sampled=False, lines=(), functions=None, edges=EDGES, contexts=CONTEXTS):
    """Writes work.lua, work.prof and with xprof work.html."""
    here = os.getcwd()
    with open("work.lua", "w", encoding="utf-8") as f:
        f.write(WORK)
    with open("work.prof", "w", encoding="utf-8") as f:
        json.dump({"format": "xdb-profile", "version": 1, "sampled": sampled, "edges": edges, "contexts": contexts, "lines": list(lines),
                   "functions": functions or [[row[0].format(here), *row[1:]] for row in FUNCTIONS]}, f)
    subprocess.run(["xprof", "report", "--format", "html", "-o", "work.html", "work.prof"], check=True)


FLAME = "const flame = document.querySelector('.flame').flame; "


def frame(b, i):
    """The middle of a frame in the window; -1 is all of it."""
    box = b.js(FLAME + "return flame.at(arguments[0])", i)
    return box["left"] + box["width"] / 2, box["top"] + box["height"] / 2


def width(b, i):
    return round(b.js(FLAME + "return flame.at(arguments[0]).width / document.querySelector('.flame').clientWidth", i), 3)


def column(b, n):
    return b.js("return [...document.querySelectorAll('tr.row')].map(r => r.cells[arguments[0]].textContent)", n)


def chosen(b):
    return b.js("return document.querySelector('.details h3')?.textContent ?? null")


def the_whole_is_there(b):
    """The page tells the program, its time, its calls; frames are as wide as their time."""
    page()
    b.open("work.html")
    assert b.js("return document.title") == "work.lua"
    assert b.js("return document.querySelector('.facts').textContent") == "1.00 s in all15 calls12 primitive4 functions"
    assert (width(b, -1), width(b, 1), width(b, 3), width(b, 6)) == (1, .6, .25, .15), [width(b, i) for i in (-1, 1, 3, 6)]
    assert column(b, 5) == ["leaf", "rec", "{print}", "<main>"], column(b, 5)
    assert b.js("return document.querySelectorAll('script[src], link, img, iframe').length") == 0


def a_click_zooms(b):
    """A click on a frame gives it the whole width and tells what it is; the button leads back."""
    page()
    b.open("work.html")
    assert b.js("return [...document.querySelectorAll('button')].find(b => b.textContent === 'Zoom out').disabled")
    b.click_until(frame(b, 1), FLAME + "return flame.zoomed() === 1 && flame.at(1).width > .99 * document.querySelector('.flame').clientWidth")
    assert (width(b, 2), width(b, 3), width(b, 0)) == (.25, .417, 1), (width(b, 2), width(b, 3), width(b, 0))
    assert chosen(b) == "rec"
    assert b.js("return document.querySelector('.said').textContent").startswith("rec  ·  "), b.js("return document.querySelector('.said').textContent")
    b.click("h2 button")
    b.until(FLAME + "return flame.zoomed() === -1")
    assert width(b, 1) == .6


def hovering_tells(b):
    """The pointer over a frame shows its name, place, share and own time, and goes away again."""
    page()
    b.open("work.html")
    b.hover(*frame(b, 3))
    b.until("return !document.querySelector('.tip').hidden")
    assert b.js("return [...document.querySelectorAll('.tip > *')].map(e => e.textContent)") == \
        ["leaf", os.getcwd() + "/work.lua:1", "250.0 ms, 25.0 %", "own 250.0 ms", "3 calls"]
    b.hover(5, 5)
    b.until("return document.querySelector('.tip').hidden")


def keys_walk_and_zoom(b):
    """In the graph arrows go to callers, callees and neighbours, Enter zooms, Backspace goes back, 0 all the way."""
    page()
    b.open("work.html")
    b.js("document.querySelector('.flame').focus()")
    b.press("ArrowDown")
    assert chosen(b) == "<main>"
    b.press("ArrowDown", "ArrowDown", "ArrowRight", "Enter")
    assert b.js(FLAME + "return [flame.chosen(), flame.zoomed()]") == [2, 2], b.js(FLAME + "return [flame.chosen(), flame.zoomed()]")
    b.press("Backspace")
    assert b.js(FLAME + "return flame.zoomed()") == 1
    b.press("0")
    assert b.js(FLAME + "return flame.zoomed()") == -1


def searching_marks(b):
    """A search leaves the functions that match, and tells which part of the time is theirs, each frame once."""
    page()
    b.open("work.html")
    b.press("/")
    b.press(*"^rec")
    b.until("return document.querySelector('.found').textContent === '1 function, 60.0 % of the time'")
    assert column(b, 5) == ["rec"]
    b.press("Escape")
    b.until("return document.querySelectorAll('tr.row').length === 4")
    b.type("input.search", r"work\.lua:1$")
    b.until("return document.querySelectorAll('tr.row').length === 2")


def columns_sort(b):
    """A click on a head sorts the table, a second one the other way."""
    page()
    b.open("work.html")
    b.click("th:nth-child(1)")
    assert column(b, 0) == ["8", "5 / 2", "1", "1"], column(b, 0)
    b.click("th:nth-child(1)")
    assert column(b, 0) == ["1", "1", "5 / 2", "8"]
    b.click("th:nth-child(4)")
    assert column(b, 5) == ["<main>", "rec", "leaf", "{print}"], column(b, 5)


def a_function_chosen_shows_its_neighbours(b):
    """A row chosen shows who called the function and what it called, which can be chosen in turn; Escape ends it."""
    page()
    b.open("work.html")
    b.click("tr.row:nth-child(3)")
    assert chosen(b) == "rec"
    links = b.js("return [...document.querySelectorAll('.links')].map(l => [...l.children].map(e => [...e.children].map(s => s.textContent).join(' ')))")
    assert links == [["<main> 2 calls 600.0 ms", "rec 3 calls 300.0 ms"], ["leaf 5 calls 350.0 ms", "rec 3 calls 300.0 ms"]], links
    b.js("document.querySelectorAll('.links')[1].children[0].firstChild.click()")
    assert chosen(b) == "leaf"
    assert b.js("return document.querySelector('tr.row[aria-selected=true]').cells[5].textContent") == "leaf"
    b.press("Escape")
    assert chosen(b) is None


def line(b, n):
    return b.js("const e = document.querySelector(`.line[data-line='${arguments[0]}']`); return [...e.children].map(c => c.textContent)", n)


def lines_have_their_time(b):
    """Of samples each line tells its own time and that with what it called, counted once in a recursion; the hottest is marked."""
    page(sampled=True, lines=LINES)
    b.open("work.html")
    b.click("tr.row:nth-child(3)")
    b.until("return document.querySelector('.line')")
    assert line(b, 2) == ["450.000", "450.000", "2", "  for i = 1, n do end"], line(b, 2)
    assert line(b, 5)[:2] == ["250.000", "600.000"], line(b, 5)
    assert line(b, 7) == ["", "", "7", "rec(3) print('</script>')"], line(b, 7)
    assert b.js("return [...document.querySelectorAll('.line.inside')].map(e => +e.dataset.line)") == [4, 5, 6]
    assert b.js("return [...document.querySelectorAll('.line.hot')].map(e => +e.dataset.line)") == [1, 2, 5]
    b.screenshot(os.path.join(os.environ["XDB_BUILD_ROOT"], "xprof.png"))


def time_without_a_line_is_told(b):
    """A function whose samples are not all on known lines says how much that is."""
    page(sampled=True, lines=LINES[1:])
    b.open("work.html")
    b.click("tr.row:nth-child(2)")
    assert b.js("return document.querySelector('.details h3 ~ div + div').textContent") == \
        "50.0 % own  ·  50.0 % in all  ·  of its own 50.0 % on no known line  ·  8 samples"
    b.click("tr.row:nth-child(3)")
    assert b.js("return document.querySelector('.details h3 ~ div + div').textContent") == "25.0 % own  ·  60.0 % in all  ·  5 samples"


def text_that_changed_is_not_shown(b):
    """Text is shown only when the functions of the profile stand in it, and only Lua."""
    page()
    with open("work.lua", "w", encoding="utf-8") as f:
        f.write("-- another line\n" + WORK)
    with open("secret", "w", encoding="utf-8") as f:
        f.write("this is no Lua\n")
    with open("work.prof", encoding="utf-8") as f:
        profile = json.load(f)
    profile["functions"][3] = [os.path.abspath("secret"), 1, "<main>", 1, 1, .15, .15]
    with open("work.prof", "w", encoding="utf-8") as f:
        json.dump(profile, f)
    subprocess.run(["xprof", "report", "--format", "html", "-o", "work.html", "work.prof"], check=True)
    b.open("work.html")
    b.click("tr.row:nth-child(3)")
    assert b.js("return document.querySelector('.details .empty').textContent") == os.path.abspath("work.lua") + " has changed since"
    with open("work.html", encoding="utf-8") as f:
        assert "this is no Lua" not in f.read()


def a_hundred_thousand_functions(b):
    """With a hundred thousand functions and stacks five hundred deep the page answers at once."""
    count = 100000
    functions = [[f"/app/m{i // 50}.lua", i % 50 * 10 + 1, f"f{i}", 1, 1, 1e-5, 1e-5] for i in range(count)]
    parents = [i - 1 if i < 500 else i % 499 for i in range(count)]
    page(functions=functions, edges=[], contexts=[[parents[i], i, 1, 1e-5] for i in range(count)])
    b.open("work.html")
    waited = b.js("const times = [], time = act => { const start = performance.now(); act(); times.push(performance.now() - start); };"
                  "for (const th of document.querySelectorAll('th')) time(() => th.click());"
                  "const box = document.querySelector('input.search'); box.value = 'f99'; time(() => box.dispatchEvent(new Event('input')));" + FLAME +
                  "time(() => flame.zoom(400)); time(() => flame.out()); return times")
    assert max(waited) < 5000, waited  # it is some 100 ms; this only says that nothing is quadratic
    b.until("return document.querySelector('.found').textContent.startsWith('1,111 functions')")
    assert b.js("return document.querySelectorAll('*').length") < 2000


def nothing_at_all(b):
    """An empty profile makes an empty page."""
    page(functions=[["~", 0, "<x>", 0, 0, 0, 0]], edges=[], contexts=[])
    b.open("work.html")
    assert b.js("return document.querySelector('.facts').textContent") == "0 ns in all0 calls1 functions"


sys.exit(browser.main([the_whole_is_there, a_click_zooms, hovering_tells, keys_walk_and_zoom, searching_marks, columns_sort,
                       a_function_chosen_shows_its_neighbours, lines_have_their_time, time_without_a_line_is_told, text_that_changed_is_not_shown,
                       a_hundred_thousand_functions, nothing_at_all]))
