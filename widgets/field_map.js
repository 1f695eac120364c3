// A field on the globe: list and keys to choose it, pan and zoom, outlines, a value read
// out. workbench/panels/field_map.py is the other end.
import { Bar } from "./colour_bar.js";
import { Fields } from "./fields.js";
import { Globe } from "./globe.js";
import { ownKeys } from "./keys.js";
import { make } from "./scales.js";

const PATIENCE = 5000; // ms until a person is told that no field has come
const REST = 200; // ms
const HINT = "Arrow keys or dragging move the map; + and −, or the wheel once it is clicked, zoom; 0 shows all. "
  + "Page up and Page down change the channel, 1 to 9 switch outlines.";
let maps = 0;

class View {
  constructor(model, fields, el) {
    Object.assign(this, { model, fields, about: model.get("_about") });
    this.root = el.appendChild(make("div", "wb-map"));
    ownKeys(this.root);
    this.tools = this.root.appendChild(make("div", "wb-tools"));
    this.globe = new Globe(this.about, model.get("outlines"), model.get("place"));
    this.canvas = this.root.appendChild(make("canvas", "wb-globe"));
    this.readout = this.root.appendChild(make("div", "wb-value"));
    this.bar = new Bar(this.root.appendChild(make("div", "wb-bar")));
    this.outlines = this.root.appendChild(make("div", "wb-tools wb-outlines"));
    const hint = this.root.appendChild(make("p", "wb-hint", HINT));
    hint.id = `wb-map-hint-${++maps}`;
    this.spoken = this.root.appendChild(make("div", "wb-spoken"));
    this.spoken.setAttribute("aria-live", "polite");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "map");
    this.canvas.setAttribute("aria-describedby", hint.id);
    this.controls();
    this.legend();
    this.keys();
    this.pointer();
    this.watch();
    this.choose();
  }

  controls() {
    const list = (this.list = make("select", "wb-channel")), label = make("label", "", "Channel ");
    for (const { name, meaning } of this.about.fields) list.append(new Option(`${name}: ${meaning}`, name));
    label.append(list);
    this.tools.append(label);
    list.addEventListener("change", () => this.ask(list.value));
    for (const [name, title, act] of [
      ["−", "Zoom out", () => this.zoom(0.5)],
      ["+", "Zoom in", () => this.zoom(2)],
      ["Whole map", "Show the whole map", () => this.reset()],
    ]) {
      const button = this.tools.appendChild(make("button", "", name));
      Object.assign(button, { type: "button", title });
      button.setAttribute("aria-label", title);
      button.addEventListener("click", act);
    }
    this.tools.append(make("span", "wb-when", this.about.title));
  }

  /** A box for each person's outlines, and the colours of the classes. */
  legend() {
    this.boxes = this.about.areas.map(({ name, dash }) => {
      const box = Object.assign(make("input"), { type: "checkbox", value: name });
      const label = make("label");
      label.append(box);
      label.insertAdjacentHTML("beforeend", sample("currentcolor", dash.map((d) => 2 * d)));
      label.append(name);
      this.outlines.append(label);
      box.addEventListener("change", () => {
        this.model.set("outlines", this.boxes.filter((b) => b.checked).map((b) => b.value));
        this.model.save_changes();
      });
      return box;
    });
    for (const { name, colour } of this.about.kinds.toReversed()) {
      const item = this.outlines.appendChild(make("span", "wb-kind"));
      item.insertAdjacentHTML("beforeend", sample(colour, [], true));
      item.append(name);
    }
    this.outlines.hidden = !this.boxes.length;
    this.tick();
  }

  tick() {
    this.globe.shown = this.model.get("outlines");
    for (const box of this.boxes) box.checked = this.globe.shown.includes(box.value);
    this.paint();
  }

  keys() {
    this.canvas.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.altKey || e.metaKey) return;
      const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key] ?? [];
      const turn = { PageUp: -1, PageDown: 1, "[": -1, "]": 1 }[e.key];
      if (x !== undefined) this.pan((x * this.globe.wide) / 8, (y * this.globe.high) / 8);
      else if (turn) this.turn(turn);
      else if (e.key === "+" || e.key === "=") this.zoom(2);
      else if (e.key === "-") this.zoom(0.5);
      else if (e.key === "0") this.reset();
      else if (this.boxes[e.key - 1]) this.boxes[e.key - 1].click();
      else return;
      e.preventDefault();
      e.stopPropagation();
      this.globe.pointed = undefined;
      this.aloud = true;
    });
    this.canvas.addEventListener("focus", () => this.paint());
    this.canvas.addEventListener("blur", () => this.paint());
  }

  pointer() {
    const c = this.canvas;
    c.addEventListener("pointerdown", (e) => { this.from = [e.offsetX, e.offsetY]; c.setPointerCapture(e.pointerId); });
    c.addEventListener("pointermove", (e) => {
      this.globe.pointed = [e.offsetX, e.offsetY];
      if (this.from) this.pan((this.from[0] - e.offsetX) / this.globe.scale, (e.offsetY - this.from[1]) / this.globe.scale);
      if (this.from) this.from = this.globe.pointed;
      this.paint();
    });
    for (const end of ["pointerup", "pointercancel"]) c.addEventListener(end, () => { this.from = undefined; });
    c.addEventListener("pointerleave", () => { this.globe.pointed = undefined; this.paint(); });
    c.addEventListener("dblclick", (e) => this.zoom(2, [e.offsetX, e.offsetY]));
    c.addEventListener("wheel", (e) => {
      if (c.getRootNode().activeElement !== c && !e.ctrlKey) return; // the page scrolls
      e.preventDefault();
      this.zoom(e.deltaY > 0 ? 0.8 : 1.25, [e.offsetX, e.offsetY]);
    }, { passive: false });
  }

  watch() {
    const ended = (this.ended = new AbortController()), { signal } = ended, { model } = this;
    const paint = () => this.paint(), choose = () => this.choose(), tick = () => this.tick();
    for (const sign of ["pointerenter", "focusin"]) this.root.addEventListener(sign, () => { this.used = true; this.ahead(); });
    this.fields.addEventListener("change", choose, { signal });
    model.on("change:channel", choose);
    model.on("change:outlines", tick);
    const sizes = new ResizeObserver(paint), themes = new MutationObserver(paint);
    sizes.observe(this.canvas);
    themes.observe(document.body, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint, { signal });
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      themes.disconnect();
      model.off("change:channel", choose);
      model.off("change:outlines", tick);
      clearTimeout(this.late);
      clearTimeout(this.resting);
    });
  }

  /** Have the channels after this one come, once somebody is at the map. */
  ahead() {
    if (!this.used || !this.field) return;
    const names = this.about.fields.map((f) => f.name), at = names.indexOf(this.field.about.name) + 1;
    this.fields.ahead([...names.slice(at), ...names.slice(0, at)]);
  }

  turn(by) {
    const { fields } = this.about, at = fields.findIndex((f) => f.name === this.model.get("channel"));
    this.ask(fields[(at + by + fields.length) % fields.length].name);
  }

  ask(name) {
    this.fields.get(name); // before the kernel is told of the choice
    this.model.set("channel", name);
    this.model.save_changes();
  }

  /** Show the chosen field as soon as it is here. */
  choose() {
    const name = this.model.get("channel"), field = this.fields.get(name);
    this.list.value = name;
    this.root.setAttribute("aria-busy", String(!field));
    clearTimeout(this.late);
    if (!field) {
      this.late = setTimeout(() => { this.readout.textContent = `No ${name} has come yet: is the kernel running? If not, run the cell again.`; }, PATIENCE);
      return;
    }
    if (field === this.field) return;
    this.field = field;
    const { meaning, unit } = field.about, label = unit ? `${name} [${unit}]` : name;
    this.canvas.setAttribute("aria-label", `${name}, ${meaning}, ${this.about.title}`);
    this.globe.colour(field);
    this.bar.show(field.about, label);
    this.aloud = true;
    this.paint();
    this.ahead();
  }

  pan(east, north) { this.globe.move(east, north); this.moved(); }
  zoom(factor, at) { this.globe.zoom(factor, at); this.moved(); }
  reset() { this.globe.go([]); this.moved(); }

  /** Draw, and tell where the map is once it rests. */
  moved() {
    this.paint();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.model.set("place", this.globe.place());
      this.model.save_changes();
    }, REST);
  }

  /** Draw at the next frame, however many reasons there are. */
  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.ended.signal.aborted || !this.canvas.clientWidth) return;
      const own = getComputedStyle(this.root), get = (name) => own.getPropertyValue(name).trim();
      const focused = this.canvas.getRootNode().activeElement === this.canvas;
      this.globe.draw(this.canvas, { ink: get("--wb-ink"), paper: get("--wb-paper"), font: `12px ${own.fontFamily}` }, focused);
      if (this.field) this.read();
      Object.assign(this.root.dataset, { channel: this.field?.about.name ?? "", place: this.globe.place().join(" "), frame: 1 + +(this.root.dataset.frame ?? 0) });
    });
  }

  /** The value under the pointer, or else in the middle. */
  read() {
    const [lon, lat] = this.globe.at(), { name, unit } = this.field.about;
    const value = this.field.value(lon, lat), where = this.globe.inside(lon, lat);
    const said = value === undefined ? "missing" : `${this.field.least(lon, lat) ? "≤ " : ""}${this.field.text(value)} ${unit}`.trim();
    const text = `${name} ${said} at ${degrees(lat, "N", "S")}, ${degrees(lon, "E", "W")}${this.globe.pointed ? "" : " (middle)"}`;
    this.readout.textContent = [text, ...where].join("; ");
    if (this.aloud) this.spoken.textContent = this.readout.textContent;
    this.aloud = false;
  }

  end() {
    this.ended.abort();
    this.root.remove();
  }
}

const degrees = (value, plus, minus) => {
  const turned = plus === "E" ? ((value + 540) % 360) - 180 : value;
  return `${Math.abs(turned).toFixed(2)}° ${turned < 0 ? minus : plus}`;
};

/** A piece of line for a legend. */
const sample = (colour, dash, cased) => `<svg width="34" height="12" aria-hidden="true">${
  cased ? '<line x1="1" x2="33" y1="6" y2="6" stroke="#14181f" stroke-width="6"/>' : ""
}<line x1="1" x2="33" y1="6" y2="6" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/></svg>`;

export default () => {
  let fields; // one a widget, however many views show it
  return {
    initialize({ model }) { fields = new Fields(model); },
    render({ model, el }) {
      const view = new View(model, fields, el);
      return () => view.end();
    },
  };
};
