// A figure on a canvas with a player below it, and a place on it that the pointer or the
// arrow keys move.
import { ownKeys } from "./keys.js";
import { onLook } from "./look.js";
import { make } from "./scales.js";

const NUDGE = 40; // steps of arrow keys from one side to the other
let figures = 0;

/** What is drawn is up to who extends it: `draw`, `value` of a pixel, `ends` of the axes. */
export class Figure {
  /** `place` is the name of what the kernel knows of the place that is moved. */
  constructor(model, el, kind, place) {
    Object.assign(this, { model, where: place });
    this.root = el.appendChild(make("figure", `wb-lines ${kind}`));
    ownKeys(this.root);
    this.title = this.root.appendChild(make("figcaption"));
    this.legend = this.root.appendChild(make("ul", "wb-legend"));
    this.canvas = this.root.appendChild(make("canvas"));
    this.canvas.tabIndex = 0;
    this.tools = this.root.appendChild(make("div", "wb-tools"));
    this.about = this.root.appendChild(make("div", "wb-spoken"));
    this.about.id = `wb-figure-${++figures}`;
    this.about.setAttribute("aria-live", "polite");
    this.canvas.setAttribute("aria-describedby", this.about.id);
    this.ended = new AbortController();
    onLook(this.root, () => this.paint(), this.ended.signal);
    this.listen();
    this.heed({ [`change:${place}`]: () => this.paint() });
  }

  /** Do this when that changes in the kernel. */
  heed(acts) {
    for (const [name, act] of Object.entries(acts)) {
      this.model.on(name, act);
      this.ended.signal.addEventListener("abort", () => this.model.off(name, act));
    }
  }

  listen() {
    const c = this.canvas, put = (e) => this.place(...this.value(e.offsetX, e.offsetY));
    c.addEventListener("pointerdown", (e) => { if (this.held()) { this.drags = true; c.setPointerCapture(e.pointerId); put(e); } });
    c.addEventListener("pointermove", (e) => { if (this.drags) put(e); });
    c.addEventListener("pointerup", () => { this.drags = false; });
    c.addEventListener("keydown", (e) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
      if (!way || !this.movable) return;
      e.preventDefault();
      e.stopPropagation();
      if (!this.held()) { this.player.halt(); this.player.go(0); }
      const [x, y] = this.model.get(this.where), [x0, x1, y0, y1] = this.ends();
      this.place(x + (way[0] * (x1 - x0)) / NUDGE, y + (way[1] * (y1 - y0)) / NUDGE);
    });
  }

  /** Whether the place can be moved as it is shown. */
  held() { return this.movable; }

  place(x, y) {
    const [x0, x1, y0, y1] = this.ends(), within = (v, low, high) => Math.min(high, Math.max(low, v));
    this.model.set(this.where, [within(x, x0, x1), within(y, y0, y1)]);
    this.model.save_changes();
    this.paint();
  }

  /** Name what is shown, and what can be done with it. */
  call(title, what) {
    this.title.textContent = title;
    this.canvas.setAttribute("role", this.movable ? "application" : "img");
    this.canvas.setAttribute("aria-label", `${title}${this.movable ? `: arrow keys move the ${what}` : ""}`);
  }

  /** Draw at the next frame, however many reasons there are. */
  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (!this.ended.signal.aborted) this.draw();
    });
  }

  /** Where on the canvas things are drawn, within an edge of so many CSS pixels. */
  within({ ink, wide, high }, { left, right, top, bottom }) {
    Object.assign(this, { ink, left, top, width: wide - left - right, height: high - top - bottom });
  }

  /** Leave out what lies outside, until the ink is restored. */
  clip() {
    this.ink.save();
    this.ink.beginPath();
    this.ink.rect(this.left, this.top, this.width, this.height);
    this.ink.clip();
  }

  /** A frame is done; pages that are watched count them. */
  drawn() {
    this.root.dataset.frame = 1 + +(this.root.dataset.frame ?? 0);
  }

  end() {
    this.player.halt();
    this.ended.abort();
    this.root.remove();
  }
}

/** How a widget shows such a figure. */
export const showing = (Kind) => ({
  render({ model, el }) {
    const figure = new Kind(model, el);
    return () => figure.end();
  },
});
