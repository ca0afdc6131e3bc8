/*
** The pages of a coverage report. xdb.data of the index: {branches, files: [[name, href, lines, hit, branches, hit, partial,
** functions, hit, excluded, percent] ...], all: [the same without name and href]}. Of a file: {name, index, branches, text or
** null, counts: [of line 1 ...: -1 no code, -2 excluded], sites: [[line, column, kind, [name, to, count], [name, to, count]] ...],
** functions: [[name, first, last, entries] ...], contexts: [[name, from, to, from, to ...] ...], all: [...]}
*/
const did = { true: "true", false: "false", right: "on to its right side", decided: "decided by its left side", again: "for another round", out: "at its end" };
const percent = text => `${text} %`;
const part = (hit, all) => all ? hit / all : 1;

function facts(all, branches) {
  const [lines, hit, outcomes, taken, partial, functions, entered, excluded, covered] = all;
  return [[percent(covered), "covered"], [`${xdb.count(hit)} of ${xdb.count(lines)}`, "lines"],
    ...(branches ? [[`${xdb.count(taken)} of ${xdb.count(outcomes)}`, "branches"], [xdb.count(partial), "lines in part"]] : []),
    [`${xdb.count(entered)} of ${xdb.count(functions)}`, "functions"], ...(excluded ? [[xdb.count(excluded), "lines excluded"]] : [])];
}

function index({ files, all, branches }) {
  const choices = { all: ["All", () => true], incomplete: ["Incomplete", f => f[3] < f[2] || f[5] < f[4]], never: ["Never run", f => f[2] > 0 && f[3] === 0] };
  let pattern = null, chosen = "all";
  const number = (title, at, hint) => ({ title, hint, width: "6.2rem", get: f => f[at], show: f => xdb.count(f[at]) });
  const missed = (title, at, hint) => ({ title, hint, width: "6.2rem", get: f => f[at] - f[at + 1], show: f => xdb.count(f[at] - f[at + 1]) });
  const columns = [
    { title: "File", text: true, get: f => f[0], show: f => xdb.el("a", { href: f[1] }, f[0]), full: f => f[0] },
    number("Lines", 2, "lines with code"), missed("Missed", 2, "lines that never ran"),
    ...(branches ? [number("Branches", 4, "two outcomes for each place that decides"), missed("Missed", 4, "outcomes never taken"),
      number("Partial", 6, "lines that ran, with an outcome never taken")] : []),
    number("Functions", 7, "functions"), missed("Missed", 7, "functions never entered"),
    { title: "Covered", width: "8rem", get: f => Number(f[10]), show: f => percent(f[10]), bar: f => Number(f[10]) / 100, hint: "lines and branches" },
  ];
  const table = xdb.table({ columns, rows: files, order: 0, label: "files", empty: "no such file", choose: f => { location.href = f[1]; } });
  const apply = () => table.filter(f => choices[chosen][1](f) && (!pattern || pattern.test(f[0])));
  const page = xdb.page({ title: "Coverage", facts: [[xdb.count(files.length), "files"], ...facts(all, branches)],
    search: { hint: "files: a regular expression", found(by) { pattern = by; apply(); return `${xdb.count(table.shown())} of ${xdb.count(files.length)}`; } } });
  const buttons = Object.entries(choices).map(([name, [title]]) => xdb.el("button", { type: "button", "data-choice": name, "aria-pressed": String(name === chosen), onclick() {
    chosen = name;
    for (const b of buttons) b.setAttribute("aria-pressed", String(b.dataset.choice === name));
    apply();
  } }, title));
  page.main.append(xdb.el("section", null, xdb.el("h2", null, "Files", xdb.el("span.choice", null, buttons)), table.element));
}

/* What of a file never happened, by line: ranges of lines, and outcomes. */
function missing({ counts, sites }) {
  const rows = [];
  for (let n = 1; n <= counts.length; n++) {
    if (counts[n - 1] !== 0) continue;
    let last = n;
    for (let next = n + 1; next <= counts.length && (counts[next - 1] === 0 || counts[next - 1] === -1); next++)
      if (counts[next - 1] === 0) last = next;
    rows.push({ line: n, what: last > n ? `lines ${n} to ${last} never ran` : "never ran" });
    n = last;
  }
  for (const [line, column, kind, ...outcomes] of sites)
    for (const [name, to, count] of outcomes)
      if (count === 0 && counts[line - 1] > 0) rows.push({ line, what: `${kind} at column ${column} was never ${did[name]}${goesOn(line, to)}` });
  return rows.sort((a, b) => a.line - b.line);
}
const goesOn = (line, to) => to === 0 ? " → end" : to === line ? "" : ` → ${to}`;

function file(data) {
  const { name, counts, sites, branches, text } = data;
  const page = xdb.page({ title: name, facts: facts(data.all, branches) });
  const byLine = new Map();
  for (const site of sites) byLine.set(site[0], [...(byLine.get(site[0]) || []), site]);
  const outcomes = n => (byLine.get(n) || []).flatMap(site => site.slice(3));
  const inPart = n => counts[n - 1] > 0 && outcomes(n).some(([, , count]) => count === 0);
  const state = n => counts[n - 1] === 0 ? "bad" : inPart(n) ? "half" : counts[n - 1] > 0 ? "good" : counts[n - 1] === -2 ? "excluded" : "";
  const columns = [{ title: "hits", show: n => counts[n - 1] >= 0 ? xdb.count(counts[n - 1]) : counts[n - 1] === -2 ? "–" : "" }];
  if (branches) columns.push({ title: "branches", show: n => byLine.has(n) ? `${outcomes(n).filter(o => o[2] > 0).length}/${outcomes(n).length}` : "" });
  const rows = missing(data);
  const told = xdb.el("div.told.panel", { role: "status" }, xdb.el("span.dim", null, "Click a line to see what it did."));
  const source = text === null ? null : xdb.source({ text, columns, state, label: name });
  function tell(n) {
    const contexts = data.contexts.filter(([, ...ranges]) => ranges.some((from, i) => i % 2 === 0 && from <= n && n <= ranges[i + 1])).map(c => c[0]);
    const f = data.functions.filter(f => f[1] <= n && n <= f[2]).pop();
    told.replaceChildren(xdb.el("b", null, `line ${n}`), ` ${counts[n - 1] >= 0 ? `ran ${xdb.count(counts[n - 1])} times` : counts[n - 1] === -2 ? "need not be covered" : "has no code"}`,
      f ? xdb.el("span.dim", null, `, in ${f[0]}, which was entered ${xdb.count(f[3])} times`) : "",
      xdb.el("ul", null, (byLine.get(n) || []).flatMap(([line, column, kind, ...all]) => all.map(([what, to, count]) =>
        xdb.el(`li${count ? "" : ".never"}`, null, `${kind} at column ${column}: ${xdb.count(count)} times ${did[what]}${goesOn(line, to)}`)))),
      contexts.length ? xdb.el("div", null, "covered by ", contexts.join(", ")) : "");
  }
  const show = n => { source?.show(n); tell(n); };
  const table = xdb.table({ columns: [{ title: "Line", width: "5rem", get: r => -r.line, show: r => String(r.line) },
    { title: "What is missing", text: true, get: r => r.what, show: r => r.what }], rows, order: 0, label: "missing", empty: "nothing is missing", choose: r => show(r.line) });
  let at = -1;
  const next = step => {
    if (rows.length === 0) return;
    at = (at + step + rows.length) % rows.length;
    table.choose(rows[at]);
    show(rows[at].line);
  };
  xdb.key("n", "the next that is missing", () => next(1));
  xdb.key("p", "the one before", () => next(at < 0 ? 0 : -1));
  page.main.append(xdb.el("div.columns.file", null,
    xdb.el("section", null, xdb.el("h2", null, xdb.el("a", { href: data.index }, "All files")),
      source ? source.element : xdb.el("p.panel.gone", null, "The text that was counted is not there any more.")),
    xdb.el("section.missing", null, xdb.el("h2", null, "Missing", xdb.el("small", null, xdb.count(rows.length)),
      xdb.el("button", { type: "button", onclick: () => next(1) }, "Next (n)")), table.element, told)));
  source?.element.addEventListener("click", e => {
    const line = e.target.closest("[data-line]");
    if (line) tell(Number(line.dataset.line));
  });
}

xdb.data.files ? index(xdb.data) : file(xdb.data);
