"""The pages of `xtrace report --format html`: an index that is sorted and filtered, texts with their counts."""
import os
import subprocess
import sys

import browser

SHOP = """local M = {}
function M.price(item, discount)
  if discount and discount > 0 then
    return item.price * (1 - discount)
  end
  return item.price -- </script><b>
end
function M.never()
  return 1
end
function M.debug() -- pragma: no cover
  print(M)
end
return M
"""


def report(files=(), start="main.lua"):
    """Runs a program, and writes its pages into htmlcov."""
    os.makedirs("lib/deep", exist_ok=True)
    texts = {"lib/shop.lua": SHOP, "lib/deep/a<b> #1%.lua": "return 1\n", "lib/unused.lua": "local x = 1\nreturn x\n", **dict(files),
             "main.lua": 'local shop = dofile("lib/shop.lua")\nshop.price({price = 1})\ndofile("lib/deep/a<b> #1%.lua")\n'
                         'require("xdb.cover").context("a test")\nshop.price({price = 2}, 0)\n'}
    for name, text in texts.items():
        with open(name, "w", encoding="utf-8") as f:
            f.write(text)
    subprocess.run(["xtrace", "cover", "--fresh", "--branch", "--contexts", "--source", "lib", start], check=True)
    subprocess.run(["xtrace", "report", "--source", "lib", "--format", "html"], check=True)


def shown(b):
    return b.js("return [...document.querySelectorAll('tr.row')].map(r => r.cells[0].textContent)")


def the_index_is_sorted_and_filtered(b):
    """By a click on a head, by a regular expression, by what is incomplete."""
    report()
    b.open("htmlcov/index.html")
    assert shown(b) == ["lib/deep/a<b> #1%.lua", "lib/shop.lua", "lib/unused.lua"], shown(b)
    b.click("th:last-child")
    assert shown(b)[0] == "lib/deep/a<b> #1%.lua" and shown(b)[2] == "lib/unused.lua", shown(b)
    b.click("th:last-child")
    assert shown(b)[0] == "lib/unused.lua", shown(b)
    b.click("[data-choice=incomplete]")
    assert sorted(shown(b)) == ["lib/shop.lua", "lib/unused.lua"], shown(b)
    b.click("[data-choice=never]")
    assert shown(b) == ["lib/unused.lua"], shown(b)
    b.click("[data-choice=all]")
    b.type("input.search", "shop|deep")
    assert sorted(shown(b)) == ["lib/deep/a<b> #1%.lua", "lib/shop.lua"], shown(b)
    text = subprocess.run(["xtrace", "report", "--source", "lib"], stdout=subprocess.PIPE, text=True, check=True).stdout
    total = text.splitlines()[-1].split()
    facts = b.js("return document.querySelector('.facts').textContent")
    assert f"{int(total[1]) - int(total[2])} of {total[1]} lines" in facts and total[-1][:-1] + " %" in facts, facts


def a_file_opens_from_the_index(b):
    """Whatever its name is made of; and there is a way back."""
    report()
    b.open("htmlcov/index.html")
    b.click("a[href*='deep']")
    b.until("return document.querySelector('h1')?.textContent === 'lib/deep/a<b> #1%.lua' && document.querySelector('.source .line')")
    b.click("a[href$='index.html']")
    b.until("return document.querySelectorAll('tr.row').length === 3")


def a_text_has_counts_and_partial_branches(b):
    """Each line is good, bad or half; a click tells what it did, and in which contexts."""
    report()
    b.open("htmlcov/files/lib/shop.lua.html")
    line = "const e = document.querySelector(`.source [data-line='%d']`); return [e.className, ...[...e.children].map(c => c.textContent)]"
    assert b.js(line % 1) == ["line good", "1", "", "1", "local M = {}"], b.js(line % 1)
    assert b.js(line % 3)[:3] == ["line half", "2", "3/4"], b.js(line % 3)
    assert b.js(line % 4)[:3] == ["line bad", "0", ""], b.js(line % 4)
    assert b.js(line % 6)[-1] == "  return item.price -- </script><b>", b.js(line % 6)
    assert b.js(line % 12)[:2] == ["line excluded", "–"], b.js(line % 12)
    b.click(".source [data-line='3']")
    told = b.js("return document.querySelector('.told').textContent")
    assert "ran 2 times" in told and "M.price, which was entered 2 times" in told and "covered by a test" in told, told
    assert b.js("return [...document.querySelectorAll('.told li.never')].map(e => e.textContent)") == ["if at column 3: 0 times true → 4"]
    b.screenshot("page.png")


def keys_walk_through_what_is_missing(b):
    """n and p go from one to the next and back."""
    report([("lib/long.lua", "if x then\n  y()\nend\n" * 400)], start="lib/long.lua")
    b.open("htmlcov/files/lib/long.lua.html")
    said = "return document.querySelector('.told b')?.textContent"
    b.press("n")
    first = b.js(said)
    b.press("n", "n")
    assert b.js(said) != first, b.js(said)
    b.press("p", "p")
    assert b.js(said) == first == "line 1", b.js(said)
    assert b.js("return document.querySelectorAll('.source .line').length") < 100


def a_text_that_is_gone_is_said_to_be(b):
    """The counts are still there."""
    report()
    os.remove("lib/unused.lua")
    os.rename("lib/shop.lua", "lib/moved.lua")
    subprocess.run(["xtrace", "report", "--format", "html"], check=True, stderr=subprocess.DEVNULL)
    b.open("htmlcov/files/lib/shop.lua.html")
    assert "not there any more" in b.js("return document.querySelector('.gone').textContent")
    assert "4 never ran" in b.js("return [...document.querySelectorAll('tr.row')].map(r => [...r.cells].map(c => c.textContent).join(' ')).join('\\n')")


sys.exit(browser.main([the_index_is_sorted_and_filtered, a_file_opens_from_the_index, a_text_has_counts_and_partial_branches,
                       keys_walk_through_what_is_missing, a_text_that_is_gone_is_said_to_be]))
