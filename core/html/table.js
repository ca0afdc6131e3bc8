/*
** A table that can be sorted and walked through, and shows a million rows as fast as ten: only those in sight exist.
**
**   columns  {title, get(row), show(row), width, text, bar(row), hint, key}: `get` is what is sorted by, `show` what is seen;
**            `bar` a part from 0 to 1; a column of texts has `text: true`, and sorts from a to z first
**   rows     any values        order   the column that is sorted by at first        choose(row)   called for the row chosen
** -> {element, filter(test or null), choose(row), shown()}
*/
xdb.table = ({ columns, rows, order = 0, choose = () => {}, label, empty = "nothing" }) => {
  const ROW = 24;
  let sorted = order, descending = !columns[order].text, test = null, list = [], at = -1;
  const heads = columns.map((column, i) => xdb.el(`th${column.text ? ".text" : ""}`, {
    scope: "col", tabindex: 0, title: column.hint, style: column.width ? `width:${column.width}` : null,
    onclick: () => sortBy(i),
    onkeydown: e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); sortBy(i); } },
  }, column.title));
  const body = xdb.el("tbody");
  const none = xdb.el("div.empty", { hidden: true }, empty);
  const element = xdb.el("div.table.panel", { tabindex: 0, role: "region", "aria-label": label, onscroll: plan, onkeydown: walk },
    xdb.el("table", { role: "grid", "aria-label": label }, xdb.el("thead", null, xdb.el("tr", null, heads)), body), none);

  function sortBy(i) {
    descending = i === sorted ? !descending : !columns[i].text;
    sorted = i;
    arrange();
  }
  function arrange() {
    const chosen = list[at], get = columns[sorted].get, way = descending ? -1 : 1;
    const keyed = [];
    rows.forEach((row, i) => { if (!test || test(row)) keyed.push({ row, key: get(row), i }); });
    keyed.sort((a, b) => a.key < b.key ? -way : a.key > b.key ? way : a.i - b.i);
    list = keyed.map(k => k.row);
    at = chosen === undefined ? -1 : list.indexOf(chosen);
    heads.forEach((th, i) => {
      if (i === sorted) th.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
    element.scrollTop = 0;
    draw();
  }
  let planned = false;
  function plan() {
    if (!planned) requestAnimationFrame(draw);
    planned = true;
  }
  function cell(column, row) {
    const td = xdb.el(`td${column.text ? ".text" : ""}${column.bar ? ".bar" : ""}`, null, column.show(row));
    if (column.bar) td.style.setProperty("--part", Math.max(0, Math.min(1, column.bar(row))).toFixed(4));
    if (column.text) td.title = column.full ? column.full(row) : td.textContent;
    return td;
  }
  const space = height => xdb.el("tr.space", { "aria-hidden": "true" }, xdb.el("td", { colspan: columns.length, style: `height:${height}px` }));
  function draw() {
    planned = false;
    const first = Math.max(0, Math.floor(element.scrollTop / ROW) - 10);
    const last = Math.min(list.length, first + Math.ceil((element.clientHeight || 600) / ROW) + 20);
    body.replaceChildren(space(first * ROW), ...list.slice(first, last).map((row, i) => xdb.el("tr.row", {
      "aria-selected": String(first + i === at), "aria-rowindex": first + i + 1, onclick: () => { at = first + i; pick(); },
    }, columns.map(column => cell(column, row)))), space((list.length - last) * ROW));
    body.parentNode.setAttribute("aria-rowcount", list.length);
    none.hidden = list.length > 0;
  }
  function pick() {
    draw();
    choose(list[at]);
  }
  function reveal() {
    const top = at * ROW, room = element.clientHeight - 28 - ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
  }
  function walk(e) {
    if (e.target !== element) return;
    const page = Math.max(1, Math.floor(element.clientHeight / ROW) - 2);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: list.length - 1 }[e.key];
    if (to === undefined || list.length === 0) return;
    e.preventDefault();
    at = Math.max(0, Math.min(list.length - 1, to));
    reveal();
    pick();
  }
  new ResizeObserver(plan).observe(element);
  arrange();
  return {
    element,
    filter(by) { test = by; arrange(); },
    choose(row) { at = list.indexOf(row); if (at >= 0) reveal(); draw(); },
    shown: () => list.length,
  };
};
