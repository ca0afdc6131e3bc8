/*
** A flame graph, callers above: the width of a frame is its total. A click or Enter zooms into a frame; arrows walk. Frames
** narrower than a third of a pixel and those out of sight are not drawn, so its size hardly matters.
**
**   rows     [parent (a place in rows, or -1), own] each, parents first; zoom and order are by totals, found here
**   label(i), colour(i) -> {fill, ink}     tell(i, node) -> [heading, line ...] for the pointer; -1 is all of it
**   choose(i)  called for the frame chosen (by keys or click)
** -> {element, said, zoom(i), out(), match(test or null) -> what part matches, at(i) -> its place on the page}
*/
xdb.flame = ({ rows, label, colour, tell, choose = () => {}, name }) => {
  const ROW = 19, LEAST = .34;
  const root = { i: -1, up: null, own: 0, total: 0, children: [], depth: 0, start: 0, hit: false };
  const nodes = rows.map(([, own], i) => ({ i, up: root, own, total: own, children: [], depth: 0, start: 0, hit: false }));
  for (let i = nodes.length - 1; i >= 0; i--) {
    nodes[i].up = rows[i][0] < 0 ? root : nodes[rows[i][0]];
    nodes[i].up.total += nodes[i].total;
  }
  for (const n of nodes) {
    n.depth = n.up.depth + 1;
    n.up.children.push(n);
  }
  for (const n of [root, ...nodes]) {
    n.children.sort((a, b) => b.total - a.total || a.i - b.i);
    let at = n.start;
    for (const c of n.children) { c.start = at; at += c.total; }
  }
  let zoomed = root, chosen = null, over = null, matching = false, from = 0, to = root.total || 1, deepest = 0;
  const canvas = xdb.el("canvas"), room = xdb.el("div");
  const said = xdb.el("p.said.mono", { "aria-live": "polite" });
  const tip = xdb.el("div.tip", { hidden: true });
  const element = xdb.el("div.flame.panel", { tabindex: 0, role: "application", "aria-label": name, onscroll: plan, onkeydown: walk }, canvas, room);
  const pen = canvas.getContext("2d");
  let width = 0, height = 0, letter = 7; /* pixels */

  /* ---- drawing ---- */
  let planned = false;
  function plan() {
    if (!planned) requestAnimationFrame(draw);
    planned = true;
  }
  function resize() {
    const ratio = devicePixelRatio || 1;
    width = element.clientWidth;
    height = Math.max(1, Math.min(element.clientHeight || 400, (deepest + 1) * ROW));
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
  /* How deep the frames of the zoomed one go that are wide enough to be seen. */
  function measure() {
    deepest = zoomed.depth;
    const least = LEAST / (width || 1000) * (zoomed.total || 1), work = [zoomed];
    while (work.length) {
      const n = work.pop();
      deepest = Math.max(deepest, n.depth);
      for (const c of n.children) { if (c.total < least || c.total <= 0) break; work.push(c); }
    }
    element.style.height = `${(deepest + 1) * ROW + 2}px`;
    room.style.height = "0px";
    resize();
    room.style.height = `${Math.max(0, (deepest + 1) * ROW - height)}px`;
  }
  const scale = () => width / (to - from);
  function paint(n, y, ink) {
    const left = Math.max(0, (n.start - from) * scale()), right = Math.min(width, (n.start + n.total - from) * scale());
    const wide = n === root ? width : right - left, gap = wide > 3 ? 1 : 0;
    pen.globalAlpha = matching && !n.hit ? .28 : n.depth < zoomed.depth ? .6 : 1;
    pen.fillStyle = ink.fill;
    pen.fillRect(left, y, wide - gap, ROW - 1);
    if (wide > 26) {
      pen.fillStyle = ink.ink;
      const fits = Math.floor((wide - 8) / letter), text = n === root ? "all" : label(n.i);
      pen.fillText(text.length > fits ? text.slice(0, Math.max(0, fits - 1)) + "…" : text, left + 5, y + ROW / 2);
    }
    pen.globalAlpha = 1;
    if (n === chosen || n === over) {
      pen.strokeStyle = getComputedStyle(element).color;
      pen.lineWidth = n === chosen ? 2 : 1;
      pen.strokeRect(left + 1, y + 1, Math.max(1, wide - gap - 2), ROW - 3);
    }
  }
  const grey = () => xdb.dark() ? { fill: "#3a3f49", ink: "#e3e5ea" } : { fill: "#e4e1db", ink: "#23262d" };
  function draw() {
    planned = false;
    if (element.clientWidth !== width) measure();
    const top = element.scrollTop, lowest = (top + height) / ROW, work = [root];
    pen.clearRect(0, 0, width, height);
    pen.font = "11.5px ui-monospace, 'DejaVu Sans Mono', monospace";
    pen.textBaseline = "middle";
    letter = pen.measureText("m").width;
    while (work.length) {
      const n = work.pop();
      if ((n.depth + 1) * ROW > top) paint(n, n.depth * ROW - top, n === root ? grey() : colour(n.i));
      if (n.depth + 1 > lowest) continue;
      for (const c of n.children) {
        if (c.total * scale() < LEAST || c.total <= 0) break;
        if (c.start < to && c.start + c.total > from) work.push(c);
      }
    }
  }

  /* ---- zooming ---- */
  let moving = 0;
  function zoom(n) {
    zoomed = n;
    measure();
    const was = [from, to], goal = n.total > 0 ? [n.start, n.start + n.total] : [0, root.total || 1];
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.webdriver, began = performance.now();
    const mine = ++moving;
    const step = now => {
      if (mine !== moving) return;
      const part = still ? 1 : Math.min(1, Math.max(0, (now - began) / 160)), ease = part * (2 - part);
      from = was[0] + (goal[0] - was[0]) * ease;
      to = was[1] + (goal[1] - was[1]) * ease;
      draw();
      if (part < 1) requestAnimationFrame(step);
    };
    step(began);
    if (n.depth * ROW < element.scrollTop) element.scrollTop = Math.max(0, (n.depth - 2) * ROW);
    element.dispatchEvent(new CustomEvent("zoom", { detail: n.i }));
  }
  function say(n) { said.textContent = n ? tell(n.i, n).join("  ·  ") : ""; }
  function pick(n) {
    chosen = n;
    say(n);
    const y = n.depth * ROW;
    if (y < element.scrollTop) element.scrollTop = y - ROW;
    else if (y + ROW > element.scrollTop + height) element.scrollTop = y + 2 * ROW - height;
    plan();
    choose(n.i);
  }

  /* ---- the pointer ---- */
  function find(e) {
    const box = canvas.getBoundingClientRect();
    const row = Math.floor((e.clientY - box.top + element.scrollTop) / ROW), x = from + (e.clientX - box.left) / scale();
    let n = root;
    while (n && n.depth < row) n = n.children.find(c => x >= c.start && x < c.start + c.total && c.total * scale() >= LEAST);
    return n;
  }
  function hint(e, n) {
    tip.hidden = !n;
    if (!n) return;
    const [heading, ...lines] = tell(n.i, n);
    tip.replaceChildren(xdb.el("b", null, heading), ...lines.map(line => xdb.el("div", null, line)));
    const right = e.clientX + 16 + tip.offsetWidth > innerWidth, under = e.clientY + 18 + tip.offsetHeight > innerHeight;
    tip.style.left = `${Math.max(4, right ? e.clientX - tip.offsetWidth - 10 : e.clientX + 16)}px`;
    tip.style.top = `${under ? e.clientY - tip.offsetHeight - 10 : e.clientY + 18}px`;
  }
  canvas.addEventListener("mousemove", e => {
    const n = find(e);
    hint(e, n);
    if (n !== over) { over = n; plan(); }
  });
  canvas.addEventListener("mouseleave", () => { over = null; tip.hidden = true; plan(); });
  canvas.addEventListener("click", e => {
    const n = find(e);
    if (!n) return;
    zoom(n);
    pick(n);
  });

  /* ---- the keys ---- */
  function walk(e) {
    const n = chosen || zoomed, beside = n.up ? n.up.children : [n], place = beside.indexOf(n);
    const go = { ArrowUp: n.up, ArrowDown: n.children[0], ArrowLeft: beside[place - 1], ArrowRight: beside[place + 1] };
    if (e.key in go) { if (go[e.key] && (go[e.key].total > 0 || go[e.key] === root)) pick(go[e.key]); }
    else if (e.key === "Enter") zoom(n);
    else if (e.key === "Backspace") zoom(zoomed.up || root);
    else return;
    e.preventDefault();
  }
  document.body.append(tip);
  new ResizeObserver(plan).observe(element);
  xdb.onTheme(plan);
  element.flame = {
    element, said,
    zoom: i => zoom(i < 0 ? root : nodes[i]),
    out: () => zoom(root),
    zoomed: () => zoomed.i,
    chosen: () => chosen ? chosen.i : null,
    total: i => (i < 0 ? root : nodes[i]).total,
    /* Marks what matches; the part of all time that is in or below such frames, each counted once. */
    match(test) {
      let sum = 0;
      matching = test !== null;
      root.inside = false;
      for (const n of nodes) {
        n.hit = matching && test(n.i);
        n.inside = n.hit || n.up.inside;
        if (n.hit && !n.up.inside) sum += n.total;
      }
      plan();
      return root.total > 0 ? sum / root.total : 0;
    },
    /* Where a frame stands in the window: {left, top, width, height}. */
    at(i) {
      if (planned) draw();
      const n = i < 0 ? root : nodes[i], box = canvas.getBoundingClientRect();
      const left = Math.max(0, (n.start - from) * scale()), right = Math.min(width, (n.start + n.total - from) * scale());
      return { left: box.left + left, top: box.top + n.depth * ROW - element.scrollTop, width: right - left, height: ROW };
    },
  };
  return element.flame;
};
