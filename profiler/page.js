/* The profile: what core/html shows, filled with functions, contexts and lines (members of xdb.data: export_html.c). */
const data = xdb.data, IN_C = -1;
const functions = data.functions.map(([name, file, line, last, calls, primitive, own, total], i) =>
  ({ i, name, file, line, last, calls, primitive, own, total, callers: [], callees: [] }));
for (const f of functions) f.place = f.file === IN_C ? "" : `${data.files[f.file][0]}:${f.line}`;
for (const [caller, callee, n, whole, , total] of data.edges) {
  const calls = data.sampled ? whole : n; /* samples with those below what was called: what the total is made of */
  functions[caller].callees.push({ f: functions[callee], calls, total });
  functions[callee].callers.push({ f: functions[caller], calls, total });
}
const contexts = data.contexts.map(([parent, f, calls, own]) => ({ parent, f: functions[f], calls, own }));
const word = data.sampled ? "sample" : "call";
const counted = n => `${xdb.count(n)} ${word}${n === 1 ? "" : "s"}`;

const most = key => functions.reduce((max, f) => Math.max(max, f[key]), 1);
const mostOwn = most("own"), mostTotal = most("total"), ownTimes = xdb.times(mostOwn), totalTimes = xdb.times(mostTotal);

/* ---- colours: a file each, those with most time first ---- */

const HUES = [28, 205, 135, 325, 258, 52, 172, 0, 300, 90];
const files = data.files.map(([path], i) => ({ i, path, own: 0, hue: null }));
const inC = { i: IN_C, path: "functions in C", own: 0, hue: null };
for (const f of functions) (f.file === IN_C ? inC : files[f.file]).own += f.own;
const heaviest = files.filter(file => file.own > 0).sort((a, b) => b.own - a.own || a.i - b.i);
heaviest.slice(0, HUES.length).forEach((file, i) => { file.hue = HUES[i]; });
const inks = new Map();
function ink(f) {
  const dark = xdb.dark(), key = dark ? f.i : -1 - f.i;
  if (!inks.has(key)) {
    const hue = f.file === IN_C ? null : files[f.file].hue, shade = xdb.hash(f.name) % 7 - 3;
    const fill = f.file === IN_C ? (dark ? `hsl(215 9% ${31 + shade}%)` : `hsl(215 14% ${83 + shade}%)`)
      : hue === null ? (dark ? `hsl(40 8% ${29 + shade}%)` : `hsl(40 18% ${84 + shade}%)`)
      : dark ? `hsl(${hue} 46% ${34 + shade}%)` : `hsl(${hue} 78% ${78 + shade}%)`;
    inks.set(key, { fill, ink: dark ? "#f3f1ee" : "#1f2126" });
  }
  return inks.get(key);
}
function swatch(f) {
  const e = xdb.el("i.swatch");
  e.style.background = ink(f).fill;
  return e;
}
const fileInk = file => ink(functions.find(f => f.file === file.i) || { i: "none", file: file.i, name: "" });

/* ---- the time of lines: own, and with what was called from there, of the outermost frames of a function ---- */

const lineTimes = new Map();
function outermost(c) {
  for (let up = contexts[c].parent; up >= 0; up = contexts[up].parent) if (contexts[up].f === contexts[c].f) return false;
  return true;
}
function lineAt(file, line) {
  if (!lineTimes.has(file)) lineTimes.set(file, new Map());
  const lines = lineTimes.get(file);
  if (!lines.has(line)) lines.set(line, { own: 0, total: 0, calls: 0 });
  return lines.get(line);
}
for (const f of functions) f.known = 0; /* own time on lines */
for (const [c, line, , , own, total] of data.lines) {
  contexts[c].f.known += own;
  const at = lineAt(contexts[c].f.file, line);
  at.own += own;
  if (outermost(c)) at.total += total;
}
/* Without samples: what a function took stands where it begins. */
if (!data.sampled)
  for (const f of functions)
    if (f.file !== IN_C) {
      const at = lineAt(f.file, f.line);
      at.own += f.own;
      at.total += f.total;
      at.calls += f.calls;
    }

/* ---- the page ---- */

let searched = null, chosen = null;
const matches = f => searched.test(f.name) || searched.test(f.place);
const primitive = functions.reduce((sum, f) => sum + f.primitive, 0), all = functions.reduce((sum, f) => sum + f.calls, 0);
const page = xdb.page({
  title: data.program,
  facts: [[xdb.time(data.total), "in all"], [xdb.count(all), data.sampled ? "samples" : "calls"],
    ...(!data.sampled && primitive !== all ? [[xdb.count(primitive), "primitive"]] : []), [xdb.count(functions.length), "functions"]],
  search: {
    hint: "search functions and files: a regular expression",
    found(pattern) {
      searched = pattern;
      const hits = new Set(pattern ? functions.filter(matches) : []);
      table.filter(pattern && (f => hits.has(f)));
      const part = mark(pattern ? f => hits.has(f) : null);
      return pattern ? `${xdb.count(hits.size)} ${hits.size === 1 ? "function" : "functions"}, ${xdb.percent(part, 1)} of the time` : "";
    },
    escape() { choose(null); flame.out(); },
  },
});
const mark = test => flame.match(test ? i => test(contexts[i].f) : chosen ? i => contexts[i].f === chosen : null);

/* ---- the flame graph ---- */

const flame = xdb.flame({
  name: "flame graph",
  rows: data.contexts.map(([parent, , , own]) => [parent, own]),
  label: i => contexts[i].f.name,
  colour: i => ink(contexts[i].f),
  tell(i, node) {
    const share = `${xdb.time(node.total)}, ${xdb.percent(node.total, data.total)}`;
    if (i < 0) return ["all", share];
    const c = contexts[i];
    return [c.f.name, c.f.place, share, `own ${xdb.time(node.own)}`, counted(c.calls)].filter(line => line);
  },
  choose: i => choose(i < 0 ? null : contexts[i].f, true),
});
const out = xdb.el("button", { type: "button", disabled: true, onclick: () => flame.out() }, "Zoom out");
flame.element.addEventListener("zoom", e => { out.disabled = e.detail < 0; });
const legend = xdb.el("div.legend");
function drawLegend() {
  const others = heaviest.slice(HUES.length).reduce((sum, file) => sum + file.own, 0);
  const chip = (file, text) => xdb.el("button", { type: "button", title: `search ${file.path}`,
    onclick: () => page.search(file === inC ? "^\\{" : file.path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) },
    ((i) => { i.style.background = fileInk(file).fill; return i; })(xdb.el("i")), `${text} ${xdb.percent(file.own, data.total)}`);
  legend.replaceChildren(...heaviest.slice(0, HUES.length).map(file => chip(file, xdb.base(file.path))),
    ...(inC.own > 0 ? [chip(inC, "C")] : []), ...(others > 0 ? [xdb.el("span", null, `other files ${xdb.percent(others, data.total)}`)] : []));
}
drawLegend();

/* ---- the table ---- */

const part = time => { const p = time / (data.total || 1) * 100; return p.toFixed(p < 99.995 ? 2 : 1); };
const each = (time, calls) => calls > 0 ? time / calls : 0;
const table = xdb.table({
  rows: functions, label: "functions", order: 1, choose: f => choose(f), empty: "no function matches",
  columns: [
    data.sampled ? { title: "samples", width: "6rem", hint: "while the function itself ran", get: f => f.calls, show: f => xdb.count(f.calls) }
      : { title: "calls", width: primitive === all ? "6rem" : "8.8rem", hint: "all calls; those that were not recursive", get: f => f.calls,
        show: f => f.calls === f.primitive ? xdb.count(f.calls) : `${xdb.count(f.calls)} / ${xdb.count(f.primitive)}` },
    { title: `own ${ownTimes.unit}`, width: "5.2rem", hint: "in the function itself", get: f => f.own, show: f => ownTimes.text(f.own), bar: f => f.own / mostOwn },
    { title: "own %", width: "4.1rem", hint: "own time of all", get: f => f.own, show: f => part(f.own) },
    { title: `total ${totalTimes.unit}`, width: "5.6rem", hint: "with all it called", get: f => f.total, show: f => totalTimes.text(f.total), bar: f => f.total / mostTotal },
    ...(data.sampled ? [] : [{ title: "each", width: "5.3rem", hint: "total, by primitive calls", get: f => each(f.total, f.primitive), show: f => xdb.time(each(f.total, f.primitive)) }]),
    { title: "function", text: true, get: f => f.name, show: f => xdb.el("span", null, swatch(f), f.name), full: f => f.name },
    { title: "where", width: "8.4rem", text: true, get: f => f.file === IN_C ? "" : data.files[f.file][0] + String(f.line).padStart(9, "0"),
      show: f => f.place ? xdb.base(f.place) : "", full: f => f.place },
  ],
});

/* ---- the function chosen ---- */

const details = xdb.el("section.details");
function links(title, list, limit = 5) {
  if (!list.length) return null;
  const sorted = list.slice().sort((a, b) => b.total - a.total || b.calls - a.calls), box = xdb.el("div.links");
  const fill = n => box.replaceChildren(...sorted.slice(0, n).map(({ f, calls, total }) => xdb.el("button",
    { type: "button", title: f.place || f.name, onclick: () => choose(f) }, xdb.el("span", null, swatch(f), f.name),
    xdb.el("span", null, counted(calls)), xdb.el("span", null, xdb.time(total)))),
  ...(sorted.length > n ? [xdb.el("button.more", { type: "button", onclick: () => fill(n * 6) }, xdb.el("span.dim", null, `${xdb.count(sorted.length - n)} more`))] : []));
  fill(limit);
  return [xdb.el("h4", null, title), box];
}
const coloured = new Map(); /* a file's lines, once it was looked at */
function text(f) {
  if (f.file === IN_C) return xdb.el("div.panel.empty", null, "a function in C: there is no text");
  const [path, state, source] = data.files[f.file];
  if (state !== "text") return xdb.el("div.panel.empty", null, state === "changed" ? `${path} has changed since` : `${path}: there is no text`);
  const lines = lineTimes.get(f.file) || new Map(), at = n => lines.get(n);
  const hottest = [...lines.values()].reduce((max, line) => Math.max(max, line.own), 0);
  const time = (key, times) => n => at(n) && (at(n)[key] > 0 || at(n).calls) ? times.text(at(n)[key]) : "";
  if (!coloured.has(f.file)) coloured.set(f.file, xdb.lua(source));
  const view = xdb.source({ lines: coloured.get(f.file), from: f.last ? f.line : 0, to: f.last, label: path,
    columns: [{ title: `own ${ownTimes.unit}`, show: time("own", ownTimes) }, { title: `total ${totalTimes.unit}`, show: time("total", totalTimes) }],
    heat: n => at(n) && hottest > 0 ? at(n).own / hottest : 0 });
  requestAnimationFrame(() => view.show(f.line));
  return [xdb.el("h4", { title: path }, path + (data.sampled ? "" : "  ·  times stand where functions begin; xprof --sample knows lines")), view.element];
}
function show() {
  const f = chosen;
  if (!f) {
    details.replaceChildren(xdb.el("h2", null, "Function"), xdb.el("div.panel.empty", null, "Choose a function in the graph or in the table."));
    return;
  }
  const parts = [xdb.percent(f.own, data.total) + " own", xdb.percent(f.total, data.total) + " in all",
    ...(data.sampled && f.file !== IN_C && f.own - f.known > f.own / 100 ? [`of its own ${xdb.percent(f.own - f.known, f.own)} on no known line`] : []),
    counted(f.calls) + (data.sampled ? "" : `, ${xdb.time(each(f.total, f.primitive))} each`)];
  details.replaceChildren(xdb.el("h2", null, "Function"), xdb.el("div.panel.box", null, xdb.el("h3", null, swatch(f), f.name),
    xdb.el("div.dim", null, f.place), xdb.el("div", null, parts.join("  ·  ")),
    links("called by", f.callers), links("calls", f.callees)), ...[text(f)].flat());
}
/* Shows a function; a second click elsewhere on the same one changes nothing. */
function choose(f, fromGraph) {
  if (f === chosen) return;
  chosen = f;
  if (!fromGraph && !searched) mark(null);
  if (fromGraph || f === null) { if (!searched) flame.match(null); }
  table.choose(f);
  show();
}

page.main.append(...[data.folded && "Some contexts were folded: calls and own times are exact, totals may be too small.",
  data.incomplete && "Memory ran out: something is missing."].filter(Boolean).map(note => xdb.el("p.note", null, note)),
xdb.el("section", null, xdb.el("h2", null, "Flame graph", out, xdb.el("small", null, "width is time, called functions hang below; click or Enter zooms")),
  flame.element, flame.said, legend),
xdb.el("div.columns", null, xdb.el("section", null, xdb.el("h2", null, "Functions"), table.element), details));
xdb.key("0", "zoom out", () => flame.out());
xdb.onTheme(() => { drawLegend(); table.filter(searched && matches); show(); });
show();
