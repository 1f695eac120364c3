// Named lines over two axes, sent anew whenever a control moves them, and a marker that can
// be moved here; workbench/panels/lines.py is the other end.
import { grid, sharp } from "./axes.js";
import { ownKeys } from "./keys.js";
import { colours, DASHES, onLook, sample } from "./look.js";
import { make, nearest, short, ticks } from "./scales.js";

const EDGE = { left: 66, right: 24, top: 12, bottom: 40 }; // CSS pixels
const STEPS = 100; // of arrow keys from one end of the axis to the other
let charts = 0;

class Chart {
  constructor(model, el) {
    this.model = model;
    this.root = el.appendChild(make("figure", "wb-lines"));
    ownKeys(this.root);
    this.title = this.root.appendChild(make("figcaption"));
    this.legend = this.root.appendChild(make("ul", "wb-legend"));
    this.canvas = this.root.appendChild(make("canvas"));
    this.canvas.tabIndex = 0;
    this.readout = this.root.appendChild(make("div", "wb-readout"));
    this.readout.setAttribute("aria-live", "polite");
    this.about = this.root.appendChild(make("div", "wb-spoken"));
    this.about.id = `wb-lines-${++charts}`;
    this.canvas.setAttribute("aria-describedby", this.about.id);
    const ended = (this.ended = new AbortController());
    onLook(this.root, () => this.paint(), ended.signal);
    this.heed = { "change:_shown": () => this.take(), "change:marker": () => this.paint(), "change:said": () => this.speak() };
    for (const [name, act] of Object.entries(this.heed)) model.on(name, act);
    this.listen();
    this.take();
  }

  take() {
    const { title, x, y, lines, movable } = this.model.get("_shown");
    Object.assign(this, { x, y, movable });
    this.lines = lines.map((line) => ({ ...line, ...numbers(line) }));
    this.title.textContent = title;
    this.canvas.setAttribute("role", movable ? "slider" : "img");
    this.canvas.setAttribute("aria-label", `${title}: ${movable ? "arrow keys move the line" : "arrow keys read values"}`);
    this.paint();
  }

  listen() {
    const c = this.canvas;
    c.addEventListener("pointermove", (e) => { this.point(e.offsetX); if (this.drags) this.move(this.value(e.offsetX)); });
    c.addEventListener("pointerleave", () => this.point());
    c.addEventListener("blur", () => this.point());
    c.addEventListener("pointerdown", (e) => {
      this.drags = this.movable;
      c.setPointerCapture(e.pointerId);
      if (this.drags) this.move(this.value(e.offsetX));
    });
    c.addEventListener("pointerup", () => { this.drags = false; });
    c.addEventListener("keydown", (e) => {
      const turn = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[e.key];
      const end = { Home: 0, End: 1 }[e.key];
      if (turn === undefined && end === undefined) return;
      e.preventDefault();
      e.stopPropagation();
      const part = this.movable ? this.part(this.at()) : (this.pointed ?? 0.5);
      const next = Math.min(1, Math.max(0, end ?? part + turn / STEPS));
      if (this.movable) this.move(this.back(next));
      else { this.pointed = next; this.paint(); }
    });
  }

  point(pixel) {
    this.pointed = pixel === undefined ? undefined : Math.min(1, Math.max(0, (pixel - this.left) / this.width));
    this.paint();
  }

  move(value) {
    this.model.set("marker", value);
    this.model.save_changes();
    this.paint();
  }

  at() { return this.model.get("marker") ?? this.x1; }

  /** The part of the horizontal axis at a value, and back. */
  part(value) {
    const to = this.x.log ? Math.log : (v) => v;
    return (to(value) - to(this.x0)) / (to(this.x1) - to(this.x0) || 1);
  }

  back(part) {
    if (this.x.log) return this.x0 * (this.x1 / this.x0) ** part;
    return this.x0 + part * (this.x1 - this.x0);
  }

  value(pixel) { return this.back(Math.min(1, Math.max(0, (pixel - this.left) / this.width))); }

  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (!this.ended.signal.aborted) this.draw();
    });
  }

  draw() {
    const style = colours(this.root);
    this.name(style);
    this.ranges();
    this.speak();
    const ready = sharp(this.canvas);
    if (!ready) return;
    const { ink, wide, high } = ready;
    Object.assign(this, { ink, left: EDGE.left, top: EDGE.top, width: wide - EDGE.left - EDGE.right, height: high - EDGE.top - EDGE.bottom });
    const to = this.y.log ? Math.log : (v) => v, span = to(this.y1) - to(this.y0) || 1;
    this.px = (x) => this.left + this.part(x) * this.width;
    this.py = (y) => this.top + (1 - (to(Math.max(y, this.y.log ? this.y0 : -Infinity)) - to(this.y0)) / span) * this.height;
    this.axes(style);
    ink.save();
    ink.beginPath();
    ink.rect(this.left - 5, this.top - 5, this.width + 10, this.height + 10);
    ink.clip();
    for (const line of this.lines) this.line(line, style);
    ink.restore();
    if (this.movable) this.mark(style);
    this.read(style);
    this.root.dataset.frame = 1 + +(this.root.dataset.frame ?? 0);
  }

  ranges() {
    const of = (name, axis) => {
      const values = this.lines.flatMap((l) => [...l[name], ...(name === "y" ? [...(l.low ?? []), ...(l.high ?? [])] : [])]);
      const seen = values.filter((v) => Number.isFinite(v) && (!axis.log || v > 0));
      const low = axis.low ?? Math.min(...seen), high = axis.high ?? Math.max(...seen);
      if (!Number.isFinite(low) || !Number.isFinite(high)) return [axis.log ? 0.1 : 0, 1];
      const pad = name === "x" ? +axis.log : axis.log ? 1.15 : (high - low) * 0.05 || 0.5;
      const down = axis.low !== null ? low : axis.log ? low / pad : low - pad;
      return [down, axis.high !== null ? high : axis.log ? high * pad : high + pad];
    };
    [this.x0, this.x1] = of("x", this.x);
    [this.y0, this.y1] = of("y", this.y);
  }

  axes(style) {
    const { ink, x, y } = this, room = this.width / (x.names?.length || 1);
    ink.font = style.font;
    const fit = x.names?.every((name) => ink.measureText(name).width < room - 8);
    const named = x.names?.map((name, i) => [this.px(i), fit ? name : String(i)]);
    const across = named ?? ticks(this.x0, this.x1, Math.max(2, this.width / 80), x.log).map((v) => [this.px(v), worded(v, x)]);
    const up = ticks(this.y0, this.y1, 4, y.log).map((v) => [this.py(v), worded(v, y)]);
    grid(ink, this, style, across, up, x.label);
    ink.save();
    ink.translate(11, this.top + this.height / 2);
    ink.rotate(-Math.PI / 2);
    Object.assign(ink, { textBaseline: "middle", textAlign: "center" });
    ink.fillText(y.label, 0, 0);
    ink.restore();
  }

  line(line, style) {
    const { ink } = this, { x, y, kind } = line, colour = style.runs[line.colour % style.runs.length];
    Object.assign(ink, { strokeStyle: line.faint ? style.ink : colour, fillStyle: colour, lineJoin: "round", globalAlpha: line.faint ? 0.55 : 1 });
    ink.setLineDash(line.faint ? [2, 4] : kind === "points" ? [] : DASHES[line.dash % DASHES.length]);
    ink.lineWidth = line.faint ? 1 : kind === "joined" ? 1.2 : 1.8;
    if (kind === "steps") this.steps(x, y);
    else if (kind !== "points") this.path(x, y);
    ink.setLineDash([]);
    if (kind === "points" || kind === "joined") this.points(line, style);
    ink.globalAlpha = 1;
  }

  path(x, y) {
    const { ink } = this;
    ink.beginPath();
    x.forEach((v, i) => ink[i ? "lineTo" : "moveTo"](this.px(v), this.py(y[i])));
    ink.stroke();
  }

  steps(edges, y) {
    const { ink } = this;
    ink.beginPath();
    ink.moveTo(this.px(edges[0]), this.top + this.height);
    y.forEach((v, i) => { ink.lineTo(this.px(edges[i]), this.py(v)); ink.lineTo(this.px(edges[i + 1]), this.py(v)); });
    ink.lineTo(this.px(edges.at(-1)), this.top + this.height);
    ink.stroke();
    ink.globalAlpha *= 0.12;
    ink.fill();
  }

  points({ x, y, low, high, colour, kind }, style) {
    const { ink } = this;
    Object.assign(ink, { lineWidth: 1.4, fillStyle: style.paper });
    x.forEach((v, i) => {
      if (!Number.isFinite(y[i])) return;
      const across = this.px(v) + (kind === "joined" ? 3 * colour : 0); // bars beside each other
      if (low) ink.strokeRect(across, this.py(high[i]), 0, this.py(low[i]) - this.py(high[i]));
      ink.beginPath();
      ink.arc(across, this.py(y[i]), 3.2, 0, 7);
      ink.fill();
      ink.stroke();
    });
  }

  /** The line that a person moves. */
  mark(style) {
    const { ink } = this, place = this.px(this.at());
    Object.assign(ink, { strokeStyle: style.ink, fillStyle: style.paper, lineWidth: 2 });
    ink.strokeRect(place, this.top, 0, this.height);
    const first = this.lines.find((line) => !line.faint);
    const y = first?.x.length ? this.py(first.y[nearest(first.x, this.at())]) : this.top;
    ink.beginPath();
    ink.arc(place, y, 6, 0, 7);
    ink.fill();
    ink.stroke();
  }

  /** The values under the pointer, beside it. */
  read(style) {
    const { readout: box, pointed } = this;
    box.hidden = pointed === undefined || this.drags;
    if (box.hidden) return;
    const x = this.back(pointed), told = this.lines.filter((line) => !line.faint && line.y.length);
    const rows = told.map((line) => {
      const steps = line.kind === "steps", i = steps ? Math.max(0, line.x.findLastIndex((v) => v <= x)) : nearest(line.x, x);
      const row = make("div", "", `${line.name}: ${worded(line.y[Math.min(i, line.y.length - 1)], this.y)}`);
      if (line.low) row.append(` (${worded(line.low[i], this.y)} to ${worded(line.high[i], this.y)})`);
      row.style.borderLeft = `4px solid ${style.runs[line.colour % style.runs.length]}`;
      return row;
    });
    const head = this.x.names ? this.x.names[Math.round(x)] : `${this.x.label} ${worded(x, this.x)}`;
    box.replaceChildren(make("b", "", head), ...rows);
    const right = pointed > 0.5, place = this.left + pointed * this.width;
    box.style.left = right ? "auto" : `${place + 12}px`;
    box.style.right = right ? `${this.canvas.clientWidth - place + 12}px` : "auto";
  }

  name(style) {
    const entries = this.lines.map((line) => {
      const item = make("li"), colour = line.faint ? style.ink : style.runs[line.colour % style.runs.length];
      const ringed = line.kind === "points" || line.kind === "joined";
      item.innerHTML = sample(colour, line.faint ? [2, 4] : DASHES[line.dash % DASHES.length], ringed && style.paper); // no name in it
      item.append(line.name);
      return item;
    });
    this.legend.replaceChildren(...entries);
  }

  /** What is shown, for those who do not see it. */
  speak() {
    const ends = (line) => `${line.name} from ${worded(line.y[0], this.y)} to ${worded(line.y.at(-1), this.y)}`;
    this.about.textContent = `${this.y.label} over ${this.x.label}: ${this.lines.filter((l) => l.y.length).map(ends).join("; ")}`;
    if (!this.movable) return;
    const now = { valuemin: this.x0, valuemax: this.x1, valuenow: this.at(), valuetext: this.model.get("said") };
    for (const [name, value] of Object.entries(now)) this.canvas.setAttribute(`aria-${name}`, value);
  }

  end() {
    this.ended.abort();
    for (const [name, act] of Object.entries(this.heed)) this.model.off(name, act);
    this.root.remove();
  }
}

const worded = (v, axis) => (axis.percent ? `${short(+(100 * v).toPrecision(4))} %` : short(+v.toPrecision(4)));

/** Numbers out of message parts, which may start anywhere. */
function numbers(line) {
  const found = {};
  for (const name of ["x", "y", "low", "high"]) {
    const view = line[name];
    if (!view) continue;
    found[name] = [...new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength))];
  }
  return found;
}

export default {
  render({ model, el }) {
    const chart = new Chart(model, el);
    return () => chart.end();
  },
};
