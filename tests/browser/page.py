"""What core/html gives to every page: a table, keys, light and dark."""
import json
import os
import sys

import browser

CORE = os.path.join(os.environ["XDB_SOURCE_ROOT"], "core", "html")
PROGRAM = """
const chosen = [];
const page = xdb.page({ title: "numbers", facts: [[xdb.count(xdb.data.length), "rows"]],
  search: { hint: "search", found: pattern => { table.filter(pattern && (r => pattern.test(r[0]))); return `${table.shown()} rows`; } } });
const table = xdb.table({ rows: xdb.data, label: "numbers", order: 1, choose: r => chosen.push(r[0]), columns: [
  { title: "name", text: true, get: r => r[0], show: r => r[0] },
  { title: "size", width: "9rem", get: r => r[1], show: r => xdb.count(r[1]), bar: r => r[1] / 1e6 }] });
page.main.append(table.element);
"""


def write(rows, program=PROGRAM):
    """A page as core/html_page.c makes it; the C code has a test of its own."""
    def part(kind):
        return "".join(open(os.path.join(CORE, f"{name}.{kind}"), encoding="utf-8").read()
                       for name in ("page", "table", "flame", "source"))
    with open("page.html", "w", encoding="utf-8") as f:
        f.write('<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><script type="application/json" id="data">' +
                json.dumps(rows).replace("<", "\\u003c") + f"</script><style>{part('css')}</style><script>{part('js')}{program}</script></body></html>")


def shown(b):
    return b.js("return [...document.querySelectorAll('tr.row')].map(r => r.cells[0].textContent)")


def a_table_is_sorted(b):
    """A click on a head sorts: numbers from the largest, texts from a; a second click turns it round."""
    write([["b", 2], ["<b>a</b>", 30], ["c", 1]])
    b.open("page.html")
    assert shown(b) == ["<b>a</b>", "b", "c"], shown(b)
    b.click("th:nth-child(2)")
    assert shown(b) == ["c", "b", "<b>a</b>"], shown(b)
    b.click("th:nth-child(1)")
    assert shown(b) == ["<b>a</b>", "b", "c"], shown(b)
    assert b.js("return document.querySelector('th').getAttribute('aria-sort')") == "ascending"
    b.press("Enter")
    assert shown(b) == ["c", "b", "<b>a</b>"], shown(b)


def a_table_is_walked(b):
    """Arrows, Home and End walk through a hundred thousand rows, of which only those in sight exist."""
    write([[f"r{i}", i] for i in range(100000)])
    b.open("page.html")
    assert 20 < len(shown(b)) < 100, len(shown(b))
    b.click("tr.row:nth-child(3)")
    b.js("document.querySelector('.table').focus()")
    b.press("ArrowDown", "End", "ArrowUp", "Home")
    assert b.js("return chosen") == ["r99998", "r99997", "r0", "r1", "r99999"], b.js("return chosen")
    b.press("End")
    b.until("return document.querySelector('tr.row[aria-selected=true]')?.cells[0].textContent === 'r0'")
    assert b.js("const box = document.querySelector('.table').getBoundingClientRect(), row = document.querySelector("
                "'tr.row[aria-selected=true]').getBoundingClientRect(); return row.top >= box.top && row.bottom <= box.bottom")


def a_search_is_a_regular_expression(b):
    """Searching goes by a regular expression; a wrong one is said; / and Escape begin and end it."""
    write([[f"r{i}", i] for i in range(1000)])
    b.open("page.html")
    b.press("/")
    b.press(*"^r99")
    b.until("return document.querySelector('.found').textContent === '11 rows'")
    b.press("[")
    b.until("return document.querySelector('.found').textContent === 'no regular expression'")
    assert b.js("return document.querySelectorAll('input:invalid').length") == 1
    b.press("Escape")
    b.until("return document.querySelector('.found').textContent === '1000 rows'")


def light_and_dark(b):
    """A page follows the system's choice of light or dark until a key says otherwise."""
    write([["a", 1]])
    back = "return getComputedStyle(document.body).backgroundColor"
    b.open("page.html")
    light = b.js(back)
    b.dark(True)
    dark = b.until(f"const c = (() => {{ {back} }})(); return c !== arguments[0] && c", light)
    b.press("t")
    b.until(f"return (() => {{ {back} }})() === arguments[0]", light)
    b.press("t")
    b.until(f"return (() => {{ {back} }})() === arguments[0]", dark)
    b.js("localStorage.clear()")
    b.dark(False)


def help_tells_the_keys(b):
    """A question mark shows the keys."""
    write([["a", 1]])
    b.open("page.html")
    b.press("?")
    keys = b.js("return [...document.querySelectorAll('dialog[open] kbd')].map(k => k.textContent)")
    assert keys == ["/", "Esc", "t", "?"], keys
    b.press("Escape")
    b.until("return !document.querySelector('dialog')")


def lua_text_is_coloured(b):
    """Lua text is cut into lines of coloured pieces that are together the text again."""
    text = 'local s = [[two\nlines]] -- note\nreturn 0x1F .. "a\\"b" .. \'c\' --[==[ long\nnote ]==] + s\n'
    write([], "const out = xdb.lua(%s);" % json.dumps(text))
    b.open("page.html")
    lines = b.js("return out")
    assert "\n".join("".join(piece for _, piece in line) for line in lines) + "\n" == text, lines
    kinds = [(kind, piece) for line in lines for kind, piece in line if kind]
    assert kinds == [("word", "local"), ("text", "[[two"), ("text", "lines]]"), ("note", "-- note"), ("word", "return"),
                     ("number", "0x1F"), ("text", '"a\\"b"'), ("text", "'c'"), ("note", "--[==[ long"), ("note", "note ]==]")], kinds


def long_lines_are_cut(b):
    """A line of a million characters, and a file of a hundred thousand lines, are shown at once."""
    text = "local function f() end\n" * 100000 + "x = {" + "1, " * 300000 + "}\n"
    write([], "const view = xdb.source({ text: %s, from: 3, to: 4, columns: [{ title: 'n', show: n => String(n * 2) }], "
              "heat: n => n === 3 ? 1 : 0, state: n => n === 4 ? 'bad' : '' }); document.body.append(view.element); view.show(1);" % json.dumps(text))
    b.open("page.html")
    assert b.js("return [...document.querySelectorAll('.line.inside')].map(e => e.textContent)") == ["63local function f() end", "84local function f() end"]
    assert b.js("return [document.querySelector('.hot').dataset.line, document.querySelector('.bad').dataset.line]") == ["3", "4"]
    b.js("view.show(100001)")
    long = b.until("return document.querySelector('[data-line=\"100001\"] code')?.textContent")
    assert len(long) < 2000 and long.startswith("x = {1, 1,") and long.endswith("…"), long
    assert b.js("return document.querySelectorAll('.line').length") < 100


sys.exit(browser.main([a_table_is_sorted, a_table_is_walked, a_search_is_a_regular_expression, light_and_dark, help_tells_the_keys,
                       lua_text_is_coloured, long_lines_are_cut]))
