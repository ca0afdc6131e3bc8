/* The heap: what core/html shows, filled with stacks and lines (members of xdb.data: memory_memory_report_html.c). */
const data = xdb.data;
const frames = data.frames.map(([file, line, text]) => ({ file: data.files[file], line, text }));
const where = (file, line) => line > 0 ? `${file}:${line}` : file;
const boxes = data.boxes.map(([parent, what, bytes, blocks]) => {
  const f = what < 0 ? null : frames[what];
  return f ? { parent, file: f.file, name: where(xdb.base(f.file), f.line), place: where(f.file, f.line), text: f.text, bytes, blocks }
    : { parent, file: "", name: `{${data.functions[-what]}}`, place: "a function in C", text: "", bytes, blocks };
});
const lines = data.lines.map(([file, line, text, bytes, blocks, more, moreBlocks]) =>
  ({ file, line, text, bytes, blocks, more, moreBlocks, place: where(file, line) }));
const counted = n => `${xdb.count(n)} block${n === 1 ? "" : "s"}`;
const signed = (n, text) => n > 0 ? `+${text}` : text;

const inks = new Map();
function ink(box) {
  const dark = xdb.dark(), key = `${dark} ${box.place}`;
  if (!inks.has(key)) {
    const hue = box.file ? xdb.hash(box.file) % 360 : 0, full = box.file ? 1 : 0, shade = xdb.hash(box.name) % 7 - 3;
    inks.set(key, dark ? { fill: `hsl(${hue} ${46 * full}% ${34 + shade}%)`, ink: "#f3f1ee" }
      : { fill: `hsl(${hue} ${70 * full}% ${79 + shade}%)`, ink: "#1f2126" });
  }
  return inks.get(key);
}

/* ---- the page ---- */

let searched = null;
const page = xdb.page({
  title: data.title,
  facts: [[xdb.bytes(data.bytes), data.atPeak ? "at the peak" : "held"], [xdb.count(data.blocks), "blocks"], [xdb.bytes(data.peak), "at most"],
    ...data.types.map(([name, bytes]) => [xdb.bytes(bytes), name])],
  search: {
    hint: "search files and lines: a regular expression",
    found(pattern) {
      searched = pattern;
      const hit = row => pattern.test(row.place) || pattern.test(row.text) || pattern.test(row.name || "");
      table.filter(pattern && hit);
      const part = flame.match(pattern ? i => hit(boxes[i]) : null);
      const hits = pattern ? lines.filter(hit).length : 0;
      return pattern ? `${xdb.count(hits)} line${hits === 1 ? "" : "s"}, ${xdb.percent(part, 1)} of the bytes` : "";
    },
    escape() { flame.out(); },
  },
});

const flame = xdb.flame({
  name: "flame graph",
  rows: boxes.map(box => [box.parent, box.bytes]),
  label: i => boxes[i].name,
  colour: i => ink(boxes[i]),
  tell(i, node) {
    const share = `${xdb.bytes(node.total)}, ${xdb.percent(node.total, data.bytes)}`;
    if (i < 0) return ["all", share];
    const box = boxes[i];
    return [box.name, box.place, box.text, share, box.blocks ? `own ${xdb.bytes(box.bytes)} in ${counted(box.blocks)}` : ""].filter(line => line);
  },
  choose: i => table.choose(i < 0 ? null : lines.find(line => line.place === boxes[i].place) || null),
});
const out = xdb.el("button", { type: "button", disabled: true, onclick: () => flame.out() }, "Zoom out");
flame.element.addEventListener("zoom", e => { out.disabled = e.detail < 0; });

const most = lines.reduce((max, line) => Math.max(max, line.bytes), 1);
const table = xdb.table({
  rows: lines, label: "lines", order: data.compared ? 2 : 0, empty: "no line matches",
  choose: line => { if (!searched) flame.match(line ? i => boxes[i].place === line.place : null); },
  columns: [
    { title: "size", width: "6.5rem", hint: "of the blocks allocated on the line", get: l => l.bytes, show: l => xdb.bytes(l.bytes), bar: l => l.bytes / most },
    { title: "blocks", width: "6rem", get: l => l.blocks, show: l => xdb.count(l.blocks) },
    ...(data.compared ? [
      { title: "change", width: "6.5rem", hint: "since the older snapshot", get: l => Math.abs(l.more), show: l => signed(l.more, xdb.bytes(l.more)) },
      { title: "blocks", width: "6rem", hint: "more or less than in the older snapshot", get: l => Math.abs(l.moreBlocks), show: l => signed(l.moreBlocks, xdb.count(l.moreBlocks)) }] : []),
    { title: "each", width: "5.5rem", hint: "mean size", get: l => l.blocks ? l.bytes / l.blocks : 0, show: l => l.blocks ? xdb.bytes(Math.round(l.bytes / l.blocks)) : "" },
    { title: "line", text: true, get: l => l.file + String(l.line).padStart(9, "0"),
      show: l => xdb.el("span", null, where(xdb.base(l.file), l.line), xdb.el("span.line.mono", null, l.text)), full: l => l.place },
  ],
});

page.main.append(...[data.fast && "Traced with --fast: a table may be booked to a neighbouring line.",
  data.lost > 0 && `${xdb.count(data.lost)} allocations could not be traced: not enough memory.`].filter(Boolean).map(note => xdb.el("p.note", null, note)),
xdb.el("section", null, xdb.el("h2", null, "Flame graph", out, xdb.el("small", null, "width is bytes, called lines hang below; click or Enter zooms")),
  flame.element, flame.said),
xdb.el("section", null, xdb.el("h2", null, "Lines"), table.element));
xdb.key("0", "zoom out", () => flame.out());
xdb.onTheme(() => table.filter(searched && (row => searched.test(row.place) || searched.test(row.text))));
