"use strict";
/*
** What every page stands on: elements without markup in strings, numbers for people, the header with its search, keys
** and the choice of light or dark. `xdb.data` is what the tool wrote.
*/
const xdb = { data: JSON.parse(document.getElementById("data").textContent) };

/* An element: `xdb.el("td.number", {title: "x"}, child, "text", [more])`. Texts are only ever texts. */
xdb.el = (what, attributes, ...children) => {
  const [tag, ...classes] = what.split(".");
  const e = document.createElement(tag);
  if (classes.length) e.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes || {}))
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) e.setAttribute(name, value);
  e.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
  return e;
};

/* ---- numbers ---- */

const whole = new Intl.NumberFormat("en-US");
xdb.count = n => whole.format(n);
xdb.percent = (part, all) => all > 0 ? `${(part / all * 100).toFixed(part / all < .0995 ? 2 : 1)} %` : "0.00 %";
/* Formats nanoseconds, all in the unit that suits the largest of them: {unit, text(ns), long(ns)}. */
xdb.times = largest => {
  const [unit, size, digits] = largest >= 1e10 ? ["s", 1e9, 3] : largest >= 1e6 ? ["ms", 1e6, 3] : ["µs", 1e3, 2];
  return { unit, text: ns => (ns / size).toFixed(digits), long: ns => xdb.time(ns) };
};
/* One time by itself, in its own unit. */
xdb.time = ns => {
  for (const [unit, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]])
    if (Math.abs(ns) >= size) return `${(ns / size).toPrecision(Math.abs(ns) >= 100 * size ? 4 : 3)} ${unit}`;
  return `${Math.round(ns)} ns`;
};
xdb.bytes = n => {
  for (const [unit, size] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]])
    if (Math.abs(n) >= size) return `${(n / size).toFixed(1)} ${unit}`;
  return `${n} B`;
};
/* A number for a text, always the same: what colours vary by. */
xdb.hash = text => {
  let h = 7;
  for (let i = 0; i < text.length; i++) h = (h * 31 + text.charCodeAt(i)) % 65521;
  return h;
};
/* The end of a path that tells it from others at a glance. */
xdb.base = path => path.slice(path.lastIndexOf("/", path.length - 2) + 1);

/* ---- light and dark ---- */

const themed = [];
xdb.dark = () => (document.documentElement.dataset.theme ||
  (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
/* Calls `draw` when the colours have changed. */
xdb.onTheme = draw => themed.push(draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => themed.forEach(draw => draw()));
/* A storage that may be forbidden for files. */
const stored = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* then it is forgotten */ } },
};
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  stored.set("xdb-theme", theme);
  themed.forEach(draw => draw());
}
if (["light", "dark"].includes(stored.get("xdb-theme"))) document.documentElement.dataset.theme = stored.get("xdb-theme");

/* ---- keys ---- */

const keys = [];
/* A key for the whole page: what it does stands in the help that `?` opens. */
xdb.key = (key, what, act) => keys.push({ key, what, act });
function help() {
  const dialog = xdb.el("dialog", { "aria-label": "keys", onclose: () => dialog.remove() }, xdb.el("b", null, "Keys"),
    xdb.el("dl", null, keys.map(k => [xdb.el("dt", null, xdb.el("kbd", null, k.key)), xdb.el("dd", null, k.what)])),
    xdb.el("form", { method: "dialog" }, xdb.el("button", null, "Close")));
  document.body.append(dialog);
  dialog.showModal();
}
document.addEventListener("keydown", e => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName);
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (typing && e.key !== "Escape") return;
  const found = keys.find(k => k.act && k.key === (e.key === "Escape" ? "Esc" : e.key));
  if (!found) return;
  e.preventDefault();
  found.act(e);
});

/* ---- the page ---- */

/*
** The header: a title, facts ([number, what it is] each) and, with `search: {hint, found(pattern)}`, a field whose
** regular expression is handed to `found` (null: none); it returns a text that is shown beside it. -> {main, search(text)}
*/
xdb.page = ({ title, facts, search }) => {
  const main = xdb.el("main");
  const box = xdb.el("input.search", { type: "search", placeholder: search?.hint, "aria-label": search?.hint, spellcheck: "false" });
  const told = xdb.el("span.found.dim", { role: "status" });
  const look = () => {
    let pattern = null;
    box.setCustomValidity("");
    try {
      pattern = box.value ? new RegExp(box.value, "i") : null;
    } catch {
      box.setCustomValidity("no regular expression");
    }
    told.textContent = box.validationMessage || search.found(pattern) || "";
  };
  for (const event of ["input", "change"]) box.addEventListener(event, look);
  const put = text => { box.value = text; look(); };
  if (search) {
    xdb.key("/", "search", () => { box.focus(); box.select(); });
    xdb.key("Esc", "end the search, or what is chosen", () => { if (box.value) put(""); else search.escape?.(); box.blur(); });
  }
  const turn = () => setTheme(xdb.dark() ? "light" : "dark");
  xdb.key("t", "light or dark", turn);
  xdb.key("?", "this help", help);
  document.body.append(xdb.el("header.top", null, xdb.el("h1", null, title),
    xdb.el("div.facts", null, facts.map(([n, what]) => xdb.el("span", null, xdb.el("b", null, n), " " + what))),
    xdb.el("span.push"), search ? [told, box] : null,
    xdb.el("button.theme", { type: "button", title: "light or dark (t)", "aria-label": "light or dark", onclick: turn }, "◐"),
    xdb.el("button", { type: "button", title: "keys (?)", "aria-label": "keys", onclick: help }, "?")), main);
  return { main, search: put };
};
