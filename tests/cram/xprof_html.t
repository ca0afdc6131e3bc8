The page needs nothing but itself:

  $ export XDG_STATE_HOME=$PWD/state
  $ cat > work.lua <<'END'
  > local function leaf(n) for i = 1, n * 1000 do end end
  > local function rec(n) leaf(n) if n > 0 then rec(n - 1) end end
  > for i = 1, 50 do rec(i % 5) end
  > load("local function evil() end evil()", "=</script><b>'\"")()
  > END
  $ xprof --format html -o page.html work.lua
  $ grep -cE 'https?://|src=|@import|url\(' page.html
  0
  [1]
  $ grep -c '</script>' page.html
  2

Its data are the profile's:

  $ xprof -o work.prof work.lua
  $ xprof report --format html -o page.html work.prof
  $ python3 - <<'END'
  > import json, re
  > page = open("page.html").read()
  > data = json.loads(re.search('<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])
  > profile = json.load(open("work.prof"))
  > print(abs(data["total"] - sum(row[5] for row in profile["functions"]) * 1e9) < 1, len(data["functions"]) == len(profile["functions"]))
  > print(sum(row[3] for row in data["contexts"]) == data["total"])
  > print([row[1] for row in data["functions"] if row[0] == "evil"])
  > END
  True True
  True
  ['</script><b>\'"']

In a browser: zooming by a click, searching, sorting.

  $ command -v chromium > /dev/null || exit 80
  $ cat > act.js <<'END'
  > const shown = () => [...document.querySelectorAll("#graph div")].map(e => e.title.split(" ")[0]);
  > const first = () => document.querySelector("#rows tr td:last-child").textContent.split(" ")[0];
  > const out = [];
  > const say = (what, value) => out.push(what + ": " + value);
  > say("frames", ["all", "<main>", "rec", "leaf"].every(name => shown().includes(name)));
  > say("order", document.querySelector("th[aria-sort]").textContent + " " + first());
  > const before = document.querySelectorAll("#graph div").length;
  > [...document.querySelectorAll("#graph div")].find(e => e.title.startsWith("rec")).click();
  > const rec = [...document.querySelectorAll("#graph div")].find(e => e.title.startsWith("rec"));
  > say("zoomed", rec.style.width + " " + (document.querySelectorAll("#graph div.above").length));
  > say("said", document.getElementById("said").textContent.startsWith("rec "));
  > document.getElementById("reset").click();
  > say("all again", document.querySelectorAll("#graph div").length === before && document.getElementById("reset").disabled);
  > const search = document.getElementById("search");
  > search.value = "^leaf";
  > search.dispatchEvent(new Event("input"));
  > say("found", [...document.querySelectorAll("#graph div.hit")].every(e => e.title.startsWith("leaf")) + " " +
  >   document.querySelectorAll("#rows tr").length + " " + /^[0-9.]+ % of the time$/.test(document.getElementById("found").textContent));
  > search.value = "[";
  > search.dispatchEvent(new Event("input"));
  > say("bad expression", search.validationMessage);
  > search.value = "";
  > search.dispatchEvent(new Event("input"));
  > document.querySelectorAll("th")[0].click();
  > const calls = [...document.querySelectorAll("#rows tr td:first-child")].map(e => +e.textContent);
  > say("by calls", calls.every((n, i) => i === 0 || calls[i - 1] >= n));
  > document.querySelectorAll("th")[0].click();
  > say("turned round", document.querySelector("th[aria-sort]").getAttribute("aria-sort") + " " + (+document.querySelector("#rows td").textContent === Math.min(...calls)));
  > document.body.textContent = "\n" + out.join("\n");
  > END
  $ (cat page.html; echo '<script>{'; cat act.js; echo '}</script>') > acted.html
  $ timeout 50 chromium --headless --no-sandbox --disable-gpu --dump-dom "file://$PWD/acted.html" 2> /dev/null | sed -n '/<body>/,/<\/body>/p' | sed 's/<[^>]*>//g'
  xprof
  frames: true
  order: cumtime &lt;main&gt;
  zoomed: 100% 2
  said: true
  all again: true
  found: true 1 true
  bad expression: no regular expression
  by calls: true
  turned round: ascending true
  
