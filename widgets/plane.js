// Points of a plane and curves in it, where functions in a row take them, and a place that
// is moved by hand; workbench/panels/lessons/plane.py is the other end.
import { grid, sharp } from "./axes.js";
import { Figure, showing } from "./figure.js";
import { colours } from "./look.js";
import { numbers } from "./numbers.js";
import { Player } from "./player.js";
import { make, short, ticks } from "./scales.js";

const EDGE = { left: 44, right: 12, top: 10, bottom: 26 }; // CSS pixels
const PACE = 0.7; // functions/s
const SIZE = 0.02; // of a step, in functions
const ARROW = 60; // CSS pixels of the longest

class Plane extends Figure {
  constructor(model, el) {
    super(model, el, "wb-plane", "at");
    const word = (step) => this.stages?.[Math.round(step)]?.name ?? "";
    this.player = new Player(this.tools, "after", { size: SIZE, pace: PACE, word }, (step) => this.went(step));
    this.heed({
      "change:_shown": () => this.take(), "change:_mark": () => this.marked(),
      "change:stage": () => { if (Math.abs(model.get("stage") - this.player.step) > SIZE) this.player.go(model.get("stage")); },
    });
    this.take();
    this.marked();
  }

  /** It is shown where it begins. */
  held() { return this.movable && this.player.step === 0; }

  ends() { return this.stages[0].ends; }

  /** Python is told where one stays, not where one runs past. */
  went(step) {
    if (!this.player.runs && step !== this.model.get("stage")) {
      this.model.set("stage", step);
      this.model.save_changes();
    }
    this.paint();
  }

  take() {
    const { title, stages, kinds, glyphs, names, movable } = this.model.get("_shown");
    Object.assign(this, { kinds, glyphs, names, movable });
    this.stages = stages.map((s) => ({ ...s, points: numbers(s.points), curves: s.curves.map(({ bold, places }) => ({ bold, places: numbers(places) })) }));
    this.call(title, "marked place");
    this.player.until(this.stages.length - 1);
    this.tools.hidden = this.stages.length < 2;
    this.player.go(Math.min(this.player.last, this.model.get("stage")));
  }

  marked() {
    this.mark = this.model.get("_mark");
    this.about.textContent = this.mark.said ?? "";
    this.paint();
  }

  value(px, py) { return [this.x0 + (px - this.left) / this.scale, this.y1 - (py - this.top) / this.scale]; }

  /** The two stages that one is between, and how far. */
  between() {
    const first = Math.max(0, Math.min(this.stages.length - 2, Math.floor(this.player.step)));
    return [first, Math.min(this.stages.length - 1, first + 1), this.player.step - first];
  }

  draw() {
    const style = colours(this.root), ready = sharp(this.canvas);
    this.name(style);
    if (!ready || !this.stages.length) return;
    const { ink } = ready, [from, to, part] = this.between();
    const mix = (a, b) => a + part * (b - a);
    const [first, second] = [this.stages[from], this.stages[to]];
    this.within(ready, EDGE);
    this.frameOf(first.ends.map((end, i) => mix(end, second.ends[i])));
    const at = (low, high, count, px) => ticks(low, high, count, false).map((v) => [px(v), short(+v.toPrecision(4))]);
    grid(ink, this, style, at(this.x0, this.x1, 6, this.px), at(this.y0, this.y1, 5, this.py), "");
    this.clip();
    first.curves.forEach(({ bold, places }, k) => this.curve(bold, places, second.curves[k].places, mix, style));
    this.points(first.points, second.points, mix, style);
    this.marker(from, to, mix, style);
    ink.restore();
    this.drawn();
    this.root.dataset.stage = this.player.step;
  }

  /** The same scale on both axes, what is to be seen in the middle. */
  frameOf([x0, x1, y0, y1]) {
    this.scale = Math.min(this.width / (x1 - x0), this.height / (y1 - y0));
    const x = (x0 + x1) / 2, y = (y0 + y1) / 2, across = this.width / this.scale / 2, up = this.height / this.scale / 2;
    Object.assign(this, { x0: x - across, x1: x + across, y0: y - up, y1: y + up });
    this.px = (v) => this.left + (v - this.x0) * this.scale;
    this.py = (v) => this.top + (this.y1 - v) * this.scale;
  }

  curve(bold, a, b, mix, style) {
    const { ink } = this;
    Object.assign(ink, { strokeStyle: style.ink, lineWidth: bold ? 2.6 : 0.8, globalAlpha: bold ? 1 : 0.35, lineJoin: "round" });
    ink.beginPath();
    for (let i = 0; i < a.length; i += 2) ink[i ? "lineTo" : "moveTo"](this.px(mix(a[i], b[i])), this.py(mix(a[i + 1], b[i + 1])));
    ink.stroke();
    ink.globalAlpha = 1;
  }

  points(a, b, mix, style) {
    const { ink } = this;
    Object.assign(ink, { font: `bold ${style.font}`, textAlign: "center", textBaseline: "middle", strokeStyle: style.paper, lineWidth: 2.5, lineJoin: "round" });
    this.kinds.forEach((kind, i) => {
      const x = this.px(mix(a[2 * i], b[2 * i])), y = this.py(mix(a[2 * i + 1], b[2 * i + 1]));
      ink.fillStyle = style.runs[kind % style.runs.length];
      ink.strokeText(this.glyphs[kind], x, y);
      ink.fillText(this.glyphs[kind], x, y);
    });
  }

  /** The place that is moved, and the way downhill from it. */
  marker(from, to, mix, style) {
    const places = this.movable && !this.mark.places ? [this.model.get("at")] : this.mark.places;
    if (!places) return;
    const [a, b] = [places[Math.min(from, places.length - 1)], places[Math.min(to, places.length - 1)]];
    const { ink } = this, x = this.px(mix(a[0], b[0])), y = this.py(mix(a[1], b[1]));
    Object.assign(ink, { strokeStyle: style.ink, fillStyle: style.paper, lineWidth: 2.4 });
    const arrows = this.mark.arrows, [dx, dy] = arrows ? [0, 1].map((i) => ARROW * mix(arrows[from][i], arrows[to][i])) : [0, 0];
    const long = Math.hypot(dx, dy);
    if (long > 2) {
      const [ex, ey, ux, uy] = [x + dx, y - dy, dx / long, -dy / long];
      ink.beginPath();
      ink.moveTo(x, y); ink.lineTo(ex, ey);
      for (const side of [-1, 1]) { ink.moveTo(ex, ey); ink.lineTo(ex - 8 * ux + 5 * side * uy, ey - 8 * uy - 5 * side * ux); }
      ink.stroke();
    }
    ink.beginPath();
    ink.rect(x - 5, y - 5, 10, 10);
    ink.fill();
    ink.stroke();
  }

  name(style) {
    const look = JSON.stringify([style.runs, this.names, this.glyphs]);
    if (look === this.look) return;
    this.look = look;
    this.legend.replaceChildren(...this.names.map((name, kind) => {
      const item = make("li"), glyph = item.appendChild(make("b", "", `${this.glyphs[kind]} `));
      glyph.style.color = style.runs[kind % style.runs.length];
      item.append(name);
      return item;
    }));
  }
}

export default showing(Plane);
