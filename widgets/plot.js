// One quantity of all runs on one canvas: axes, lines, and what the pointer reads.
import { grid, sharp } from "./axes.js";
import { DASHES } from "./look.js";
import { make, nearest, short, smoothed, ticks } from "./scales.js";

const EDGE = { left: 58, right: 12, top: 10, bottom: 38 }; // CSS pixels
const UNITS = { accuracy: "fraction", iou: "fraction" };

/** One quantity on its canvas. */
export class Plot {
  constructor(view, quantity) {
    this.view = view;
    this.quantity = quantity;
    this.figure = make("figure", "wb-plot");
    const unit = UNITS[quantity.split("_")[0]];
    this.title = quantity.replaceAll("_", " ") + (unit ? ` [${unit}]` : "");
    this.figure.append(make("figcaption", "", this.title));
    this.canvas = this.figure.appendChild(make("canvas"));
    this.readout = this.figure.appendChild(make("div", "wb-readout"));
    Object.assign(this.canvas, { tabIndex: 0, role: "img" });
    this.canvas.setAttribute("aria-label", `${this.title}: arrow keys read values, plus and minus zoom, 0 resets`);
    this.readout.setAttribute("aria-live", "polite");
    this.listen();
  }

  listen() {
    const at = (event) => event.offsetX, c = this.canvas;
    c.addEventListener("pointermove", (e) => this.point(at(e)));
    c.addEventListener("pointerleave", () => this.point(null));
    c.addEventListener("pointerdown", (e) => { this.from = at(e); c.setPointerCapture(e.pointerId); });
    c.addEventListener("pointerup", (e) => {
      const ends = [this.from, at(e)].sort((a, b) => a - b).map((p) => this.value(p));
      if (Math.abs(at(e) - this.from) > 6) this.view.zoom(...ends);
      this.from = undefined;
      this.view.paint();
    });
    c.addEventListener("dblclick", () => this.view.zoom());
    c.addEventListener("wheel", (e) => {
      if (document.activeElement !== c && !e.ctrlKey && c.getRootNode().activeElement !== c) return; // the page scrolls
      e.preventDefault();
      this.scale(this.value(at(e)), e.deltaY > 0 ? 1.25 : 0.8);
    }, { passive: false });
    c.addEventListener("keydown", (e) => {
      const middle = this.pointed ?? this.left + this.width / 2;
      const jump = { ArrowLeft: -1, ArrowRight: 1 }[e.key], factor = { "+": 0.8, "-": 1.25 }[e.key];
      if (jump) this.point(middle + (jump * this.width) / 50);
      else if (factor) this.scale(this.value(middle), factor);
      else if (e.key === "0" || e.key === "Escape") this.view.zoom();
      else return;
      e.preventDefault();
      e.stopPropagation();
    });
  }

  point(place) {
    this.pointed = place === null ? undefined : Math.min(Math.max(place, this.left), this.left + this.width);
    this.view.paint();
  }

  value(pixel) {
    return this.x0 + ((pixel - this.left) / this.width) * (this.x1 - this.x0);
  }

  scale(middle, factor) {
    this.view.zoom(middle + (this.x0 - middle) * factor, middle + (this.x1 - middle) * factor);
  }

  draw(curves, style) {
    const { view } = this, ready = sharp(this.canvas);
    if (!ready) return;
    const { ink, wide, high } = ready;
    this.ink = ink;
    Object.assign(this, { left: EDGE.left, width: wide - EDGE.left - EDGE.right, top: EDGE.top, height: high - EDGE.top - EDGE.bottom });
    const log = view.log && curves.some((c) => c.points[2].some((v) => v > 0));
    const fits = (v) => Number.isFinite(v) && (!log || v > 0);
    this.ranges(curves, fits, log);
    const to = log ? Math.log : (v) => v, unit = view.unit();
    const span = to(this.y1) - to(this.y0) || 1;
    this.px = (x) => this.left + ((x - this.x0) / (this.x1 - this.x0 || 1)) * this.width;
    this.py = (y) => this.top + (1 - (to(y) - to(this.y0)) / span) * this.height;
    this.axes(style, log, unit);
    ink.save();
    ink.beginPath();
    ink.rect(this.left - 4, this.top - 4, this.width + 8, this.height + 8); // whole rings at the sides
    ink.clip();
    for (const curve of curves) this.line(curve, style, fits);
    if (this.pointed !== undefined) this.cross(style);
    ink.restore();
    this.read(curves, unit, style, fits);
  }

  ranges(curves, fits, log) {
    const { view } = this, shown = view.shown;
    let [x0, x1] = view.range ?? [Infinity, -Infinity];
    if (!view.range) for (const c of curves) for (const x of c.points[view.axis]) { x0 = Math.min(x0, x); x1 = Math.max(x1, x); }
    if (!(x1 > x0)) [x0, x1] = Number.isFinite(x0) ? [x0, x0 + 1] : [0, 1];
    let y0 = Infinity, y1 = -Infinity;
    for (const c of curves) c.points[2].forEach((y, i) => {
      const x = c.points[view.axis][i];
      if (fits(y) && x >= x0 && x <= x1) { y0 = Math.min(y0, y); y1 = Math.max(y1, y); }
    });
    if (!(y1 >= y0)) [y0, y1] = [log ? 0.1 : 0, 1];
    const pad = log ? (y1 / y0) ** 0.05 || 1.1 : (y1 - y0) * 0.05 || Math.abs(y1) * 0.1 || 1;
    Object.assign(this, { x0, x1, y0: log ? y0 / Math.max(pad, 1.05) : y0 - pad, y1: log ? y1 * Math.max(pad, 1.05) : y1 + pad, shown });
  }

  axes(style, log, unit) {
    const up = ticks(this.y0, this.y1, 5, log).map((y) => [this.py(y), short(y)]);
    const across = ticks(this.x0 / unit.size, this.x1 / unit.size, Math.max(2, this.width / 80), false)
      .map((x) => [this.px(x * unit.size), x.toLocaleString("en", { maximumFractionDigits: 3 })]);
    grid(this.ink, this, style, across, up, unit.name);
  }

  line(curve, style, fits) {
    const { ink, view } = this, xs = curve.points[view.axis], ys = curve.points[2];
    const run = view.store.runs.indexOf(curve.run), marked = curve.split === "val" || curve.split === "test";
    Object.assign(ink, { strokeStyle: style.runs[run % style.runs.length], fillStyle: style.paper, lineJoin: "round" });
    ink.setLineDash(DASHES[run % DASHES.length]);
    const smooth = !marked && curve.split && view.weight > 0;
    for (const [values, alpha] of smooth ? [[ys, 0.4], [smoothed(ys, view.weight), 1]] : [[ys, marked || !curve.split ? 1 : 0.75]]) {
      Object.assign(ink, { globalAlpha: alpha, lineWidth: marked ? 2 : alpha < 1 ? 1 : 1.6 });
      ink.beginPath();
      values.forEach((y, i) => {
        if (fits(y)) ink[i && fits(values[i - 1]) ? "lineTo" : "moveTo"](this.px(xs[i]), this.py(y));
      });
      ink.stroke();
    }
    Object.assign(ink, { globalAlpha: 1 });
    ink.setLineDash([]);
    const few = ys.length < 60 || ys.length === 1;
    ys.forEach((y, i) => {
      if (!Number.isFinite(y)) this.mark(this.px(xs[i]), this.top + 7, true);
      else if (fits(y) && ((marked && few) || ys.length === 1)) this.mark(this.px(xs[i]), this.py(y));
    });
  }

  mark(x, y, crossed = false) {
    const { ink } = this;
    ink.beginPath();
    if (crossed) { ink.moveTo(x - 4, y - 4); ink.lineTo(x + 4, y + 4); ink.moveTo(x - 4, y + 4); ink.lineTo(x + 4, y - 4); }
    else { ink.arc(x, y, 3, 0, 7); ink.fill(); }
    ink.stroke();
  }

  cross(style) {
    const { ink } = this;
    if (this.from !== undefined) {
      Object.assign(ink, { fillStyle: style.ink, globalAlpha: 0.12 });
      ink.fillRect(Math.min(this.from, this.pointed), this.top, Math.abs(this.pointed - this.from), this.height);
      ink.globalAlpha = 1;
    }
    Object.assign(ink, { strokeStyle: style.ink, lineWidth: 1 });
    ink.strokeRect(Math.round(this.pointed) + 0.5, this.top, 0, this.height);
  }

  /** The values under the pointer, beside it, as text. */
  read(curves, unit, style, fits) {
    const box = this.readout, at = this.pointed;
    box.hidden = at === undefined || !curves.length;
    if (box.hidden) return;
    const x = this.value(at), lines = curves.filter((c) => c.points[2].length).map((c) => {
      const i = nearest(c.points[this.view.axis], x), y = c.points[2][i];
      const run = this.view.store.runs.indexOf(c.run);
      const line = make("div", "", `${this.view.label(c)} ${short(y)}`);
      line.style.borderLeft = `4px solid ${style.runs[run % style.runs.length]}`;
      Object.assign(this.ink, { strokeStyle: style.runs[run % style.runs.length], fillStyle: style.paper, lineWidth: 2 });
      const place = this.px(c.points[this.view.axis][i]);
      if (fits(y) && place >= this.left && place <= this.left + this.width) this.mark(place, this.py(y));
      return line;
    });
    box.replaceChildren(make("b", "", `${unit.name} ${short(x / unit.size)}`), ...lines);
    const right = at > this.left + this.width / 2;
    box.style.left = right ? "auto" : `${at + 12}px`;
    box.style.right = right ? `${this.canvas.clientWidth - at + 12}px` : "auto";
  }
}
