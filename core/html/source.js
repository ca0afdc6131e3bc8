/*
** Lua text with numbers beside its lines; only the lines in sight exist.
**
**   text     the whole file, or `lines`, what xdb.lua made of it     from, to   lines to be marked as what this is about; shown first
**   columns  {title, show(line)} each: what stands beside a line, "" for nothing
**   heat(line)  0 to 1: how strongly the line is tinted       state(line)  "good", "bad", "half" or "": run, not run, in part
** -> {element, show(line)}
*/
xdb.source = ({ text, lines = xdb.lua(text), from = 0, to = 0, columns = [], heat = () => 0, state = () => "", label }) => {
  const ROW = 20, WIDEST = 1000; /* pixels; characters of a line that are shown */
  const inside = xdb.el("div.lines", { style: `height:${lines.length * ROW}px` });
  const head = xdb.el("div.head", null, columns.map(c => xdb.el("span", null, c.title)), xdb.el("span.n", null, "line"));
  const element = xdb.el("div.source.panel.code", { tabindex: 0, role: "region", "aria-label": label, onscroll: plan }, head, inside);
  let planned = false;
  function plan() {
    if (!planned) requestAnimationFrame(draw);
    planned = true;
  }
  /* The pieces of a line that may be as long as a file, up to what anybody reads. */
  function cut(pieces) {
    let left = WIDEST;
    const shown = [];
    for (const [kind, piece] of pieces) {
      if (left <= 0) { shown.push(xdb.el("span.note", null, " …")); break; }
      shown.push(kind ? xdb.el(`span.${kind}`, null, piece.slice(0, left)) : piece.slice(0, left));
      left -= piece.length;
    }
    return shown;
  }
  function line(n) {
    const part = Math.min(1, Math.max(0, heat(n))), kind = state(n);
    const e = xdb.el(`div.line${part > 0 ? ".hot" : ""}${n >= from && n <= to ? ".inside" : ""}${kind ? "." + kind : ""}`,
      { style: `top:${(n - 1) * ROW}px`, "data-line": n }, columns.map(c => xdb.el("span.cell", null, c.show(n))),
      xdb.el("span.n", null, String(n)), xdb.el("code", null, cut(lines[n - 1])));
    e.style.setProperty("--part", part.toFixed(3));
    return e;
  }
  function draw() {
    planned = false;
    const first = Math.max(1, Math.floor(element.scrollTop / ROW) - 8);
    const last = Math.min(lines.length, first + Math.ceil((element.clientHeight || 600) / ROW) + 20), shown = [];
    for (let n = first; n <= last; n++) shown.push(line(n));
    inside.replaceChildren(...shown);
  }
  new ResizeObserver(plan).observe(element);
  draw();
  return { element, show(n) { element.scrollTop = Math.max(0, (n - 4) * ROW); draw(); } };
};

/* The lines of a Lua text, each a list of [kind or "", piece]. */
xdb.lua = text => {
  const token = /--\[(=*)\[[^]*?(?:\]\1\]|$)|--[^\n]*|\[(=*)\[[^]*?(?:\]\2\]|$)|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?|[A-Za-z_]\w*|0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?|\d[\d.]*(?:[eE][+-]?\d+)?/g;
  const words = new Set("and break do else elseif end false for function goto if in local nil not or repeat return then true until while".split(" "));
  const lines = [[]];
  const add = (kind, piece) => piece.split("\n").forEach((part, i) => {
    if (i > 0) lines.push([]);
    if (part) lines[lines.length - 1].push([kind, part.replace(/\r$/, "")]);
  });
  let at = 0;
  for (const m of text.matchAll(token)) {
    add("", text.slice(at, m.index));
    const c = m[0][0];
    add(m[0].startsWith("--") ? "note" : c === '"' || c === "'" || c === "[" ? "text" : words.has(m[0]) ? "word" : c >= "0" && c <= "9" ? "number" : "", m[0]);
    at = m.index + m[0].length;
  }
  add("", text.slice(at));
  if (lines.length > 1 && lines[lines.length - 1].length === 0) lines.pop();
  return lines;
};
