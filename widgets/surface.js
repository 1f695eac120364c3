// A surface over two axes as level lines, places on it, and paths that are walked step by
// step; workbench/panels/lessons/surface.py is the other end.
import { grid, sharp } from "./axes.js";
import { Figure, showing } from "./figure.js";
import { colours, DASHES, sample } from "./look.js";
import { numbers } from "./numbers.js";
import { Player } from "./player.js";
import { make, short, ticks } from "./scales.js";

const EDGE = { left: 52, right: 14, top: 10, bottom: 40 }; // CSS pixels
const PACE = 30; // steps/s

class Surface extends Figure {
  constructor(model, el) {
    super(model, el, "wb-surface", "start");
    this.hidden = new Set();
    const word = (step) => `${step} of ${this.player.last}`;
    this.player = new Player(this.tools, "step", { pace: PACE, word }, () => this.paint());
    this.heed({ "change:_ground": () => this.take(), "change:_paths": () => this.walk() });
    this.take();
    this.walk();
  }

  ends() { return [...this.x, ...this.y]; }

  take() {
    const { title, x, y, names, shade, shape, lines, marks, movable } = this.model.get("_ground");
    Object.assign(this, { x, y, names, shape, marks, movable });
    this.call(title, "start");
    this.shade = tones(numbers(shade), shape);
    this.lines = lines.map(({ level, places }) => ({ level, places: numbers(places) }));
    this.paint();
  }

  walk() {
    this.paths = this.model.get("_paths").map((path) => ({ ...path, places: numbers(path.places) }));
    this.player.until(Math.max(0, ...this.paths.map((p) => p.places.length / 2 - 1)));
    this.tools.hidden = !this.player.last;
    this.legend.hidden = !this.paths.length;
    if (!this.player.runs) this.player.go(this.player.last);
    this.about.textContent = this.paths.map((path) => `${path.name}: ${path.told}`).join("; ");
  }

  value(px, py) {
    return [this.x[0] + ((px - this.left) / this.width) * (this.x[1] - this.x[0]), this.y[1] - ((py - this.top) / this.height) * (this.y[1] - this.y[0])];
  }

  draw() {
    const style = colours(this.root), ready = sharp(this.canvas);
    this.name(style);
    if (!ready) return;
    const { ink } = ready;
    this.within(ready, EDGE);
    this.px = (x) => this.left + ((x - this.x[0]) / (this.x[1] - this.x[0])) * this.width;
    this.py = (y) => this.top + ((this.y[1] - y) / (this.y[1] - this.y[0])) * this.height;
    const at = (ends, count, to) => ticks(...ends, count, false).map((v) => [to(v), short(+v.toPrecision(4))]);
    grid(ink, this, { ...style, grid: "transparent" }, at(this.x, 6, this.px), at(this.y, 5, this.py), this.names[0]);
    ink.save();
    ink.translate(11, this.top + this.height / 2);
    ink.rotate(-Math.PI / 2);
    ink.fillText(this.names[1], 0, -5);
    ink.restore();
    this.clip();
    this.ground(style);
    const shown = this.paths.filter((path) => !this.hidden.has(path.name));
    for (const path of shown) this.path(path, style);
    for (const mark of this.marks) this.mark(mark, style);
    if (this.movable) this.begin(style);
    ink.restore();
    this.heads(shown, style);
    this.drawn();
    this.root.dataset.step = this.player.step;
  }

  ground(style) {
    const { ink } = this;
    ink.imageSmoothingEnabled = true;
    ink.globalAlpha = 0.34;
    ink.drawImage(this.shade, this.left, this.top, this.width, this.height);
    Object.assign(ink, { globalAlpha: 0.55, strokeStyle: style.ink, lineWidth: 0.8 });
    const told = new Set();
    for (const { level, places } of this.lines) {
      ink.beginPath();
      for (let i = 0; i < places.length; i += 2) ink[i ? "lineTo" : "moveTo"](this.px(places[i]), this.py(places[i + 1]));
      ink.stroke();
    }
    ink.globalAlpha = 1;
    Object.assign(ink, { font: style.font, textAlign: "center", textBaseline: "middle" });
    const taken = [];
    for (const { level, places } of this.lines) {
      const i = 2 * Math.floor(places.length / 8), x = this.px(places[i]), y = this.py(places[i + 1]);
      const near = taken.some(([a, b]) => Math.hypot(a - x, (b - y) * 1.6) < 46);
      const edge = x < this.left + 20 || x > this.left + this.width - 20 || y < this.top + 10 || y > this.top + this.height - 10;
      if (told.has(level) || near || edge || places.length < 16) continue;
      told.add(level);
      taken.push([x, y]);
      this.word(short(+level.toPrecision(2)), x, y, style);
    }
  }

  word(text, x, y, style) {
    Object.assign(this.ink, { strokeStyle: style.paper, lineWidth: 3, lineJoin: "round", fillStyle: style.ink });
    this.ink.strokeText(text, x, y);
    this.ink.fillText(text, x, y);
  }

  colour(path, style) { return path.faint ? style.ink : style.runs[path.colour % style.runs.length]; }
  dash(path) { return path.faint ? [2, 4] : DASHES[path.colour % DASHES.length]; }

  path({ places, ...path }, style) {
    const { ink } = this;
    for (const [colour, wide] of [[style.paper, 4], [this.colour(path, style), 2]]) {
      Object.assign(ink, { strokeStyle: colour, lineWidth: wide, lineJoin: "round" });
      ink.setLineDash(wide === 4 ? [] : this.dash(path));
      ink.beginPath();
      for (let i = 0; i <= this.player.step && 2 * i < places.length; i++)
        if (Number.isFinite(places[2 * i])) ink[i ? "lineTo" : "moveTo"](this.px(places[2 * i]), this.py(places[2 * i + 1]));
      ink.stroke();
    }
    ink.setLineDash([]);
  }

  /** Where each is now: a ring, and its name where there is room. */
  heads(paths, style) {
    const { ink } = this, taken = [];
    Object.assign(ink, { font: style.font, textAlign: "left", textBaseline: "middle" });
    for (const path of paths) {
      const i = 2 * Math.min(this.player.step, path.places.length / 2 - 1), x = this.px(path.places[i]), y = this.py(path.places[i + 1]);
      const inside = x >= this.left && x <= this.left + this.width && y >= this.top && y <= this.top + this.height;
      if (!inside) continue;
      const colour = this.colour(path, style);
      Object.assign(ink, { fillStyle: style.paper, strokeStyle: colour, lineWidth: 2.4 });
      ink.beginPath();
      ink.arc(x, y, 4.5, 0, 7);
      ink.fill();
      ink.stroke();
      const wide = ink.measureText(path.name).width, left = x + 10 + wide > this.left + this.width ? x - 10 - wide : x + 10;
      let down = y;
      while (taken.some(([a, b, w]) => Math.abs(b - down) < 13 && a < left + wide + 4 && left < a + w + 4)) down += 13;
      if (down > this.top + this.height) continue;
      taken.push([left, down, wide]);
      this.word(path.name, left, down, style);
    }
  }

  mark({ at: [x, y], name }, style) {
    const { ink } = this, px = this.px(x), py = this.py(y);
    for (const [colour, wide] of [[style.paper, 4], [style.ink, 1.6]]) {
      Object.assign(ink, { strokeStyle: colour, lineWidth: wide });
      ink.beginPath();
      ink.moveTo(px - 5, py); ink.lineTo(px + 5, py); ink.moveTo(px, py - 5); ink.lineTo(px, py + 5);
      ink.stroke();
    }
    Object.assign(ink, { font: style.font, textAlign: "left", textBaseline: "bottom" });
    this.word(name, px + 6, py - 3, style);
  }

  begin(style) {
    const { ink } = this, [x, y] = this.model.get("start");
    Object.assign(ink, { fillStyle: style.ink, strokeStyle: style.paper, lineWidth: 2 });
    ink.beginPath();
    ink.rect(this.px(x) - 5, this.py(y) - 5, 10, 10);
    ink.fill();
    ink.stroke();
  }

  /** Names as buttons that show or hide. */
  name(style) {
    const look = JSON.stringify([style.runs, style.ink, this.paths.map((p) => p.name), [...this.hidden]]);
    if (look === this.look) return;
    this.look = look;
    const held = this.legend.contains(this.root.getRootNode().activeElement) ? this.root.getRootNode().activeElement.textContent : undefined;
    const entries = this.paths.map((path) => {
      const item = make("li"), button = item.appendChild(make("button"));
      button.type = "button";
      button.innerHTML = sample(this.colour(path, style), this.dash(path)); // no name in it
      button.append(path.name);
      button.setAttribute("aria-pressed", String(!this.hidden.has(path.name)));
      button.addEventListener("click", () => {
        if (!this.hidden.delete(path.name)) this.hidden.add(path.name);
        this.paint();
      });
      return item;
    });
    this.legend.replaceChildren(...entries);
    [...this.legend.querySelectorAll("button")].find((b) => b.textContent === held)?.focus();
  }
}

/** Heights from 0 to 1, rows from below, as a picture: the higher the darker. */
function tones(values, [rows, columns]) {
  const picture = document.createElement("canvas");
  Object.assign(picture, { width: columns, height: rows });
  const ink = picture.getContext("2d"), found = ink.createImageData(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = values[(rows - 1 - row) * columns + column], i = 4 * (row * columns + column);
      found.data.set([90, 110, 140, Math.round(255 * value)], i);
    }
  ink.putImageData(found, 0, 0);
  return picture;
}

export default showing(Surface);
