// Live curves of training runs: one plot a quantity, all runs laid over each other.
import { colours, DASHES, onLook, sample } from "./look.js";
import { Plot } from "./plot.js";
import { make, short } from "./scales.js";
import { Store } from "./store.js";

const SPLITS = { train: "training", val: "validation", test: "test" };
const SPEAK = 10000; // ms between two readings aloud
const TIMES = [[3600, "time [h]", 7200], [60, "time [min]", 180], [1, "time [s]", 0]];

class View {
  constructor(store, el) {
    Object.assign(this, { store, log: false, axis: 0, weight: 0.6, range: undefined });
    this.plots = new Map();
    this.root = el.appendChild(make("div", "wb-curves"));
    this.tools = this.root.appendChild(make("div", "wb-tools"));
    this.controls();
    this.legend = this.root.appendChild(make("ul", "wb-legend"));
    this.empty = this.root.appendChild(make("p", "wb-empty", "No values yet: they appear here as they are logged."));
    this.grid = this.root.appendChild(make("div", "wb-plots"));
    const details = this.root.appendChild(make("details", "wb-last"));
    details.append(make("summary", "", "Last values as a table"));
    this.table = details.appendChild(make("table"));
    this.spoken = this.root.appendChild(make("div", "wb-spoken"));
    this.spoken.setAttribute("aria-live", "polite");
    this.spoke = 0;
    this.watch();
    this.paint();
  }

  watch() {
    const ended = (this.ended = new AbortController()), { signal } = ended;
    this.store.addEventListener("change", () => this.paint(), { signal });
    onLook(this.root, () => this.paint(), signal);
  }

  controls() {
    const add = (label, input, change) => {
      const box = this.tools.appendChild(make("label"));
      box.append(label, input);
      input.addEventListener("input", () => { change(input); this.paint(); });
    };
    const kind = (type, more = {}) => Object.assign(make("input"), { type, ...more });
    const axis = make("select");
    ["step", "time"].forEach((name) => axis.append(new Option(name)));
    add("Horizontal ", axis, (input) => { this.axis = input.selectedIndex; this.range = undefined; });
    add("Logarithmic values ", kind("checkbox"), (input) => { this.log = input.checked; });
    const smoothing = kind("range", { min: 0, max: 0.99, step: 0.01, value: this.weight });
    add("Smoothing of training ", smoothing, (input) => { this.weight = +input.value; });
    const reset = this.tools.appendChild(make("button", "wb-reset", "Reset zoom"));
    reset.type = "button";
    reset.addEventListener("click", () => this.zoom());
    const hint = "Drag to zoom, double click to reset; click a plot to zoom with the wheel";
    this.tools.append(make("span", "wb-hint", hint));
  }

  zoom(low, high) {
    this.range = low === undefined ? undefined : [low, high];
    this.paint();
  }

  unit() {
    if (this.axis === 0) return { name: "step", size: 1 };
    const ends = [...this.store.curves.values()].map((c) => c.points[1].at(-1) ?? 0);
    const [size, name] = TIMES.find(([, , least]) => Math.max(0, ...ends) >= least);
    return { name, size };
  }

  label(curve) {
    const run = this.store.runs.length > 1 ? nick(curve.run) : "";
    return [run, SPLITS[curve.split]].filter(Boolean).join(", ");
  }

  /** Draw at the next frame, however many reasons there are. */
  paint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (!this.ended.signal.aborted) this.draw();
    });
  }

  draw() {
    const { store } = this, quantities = store.quantities();
    const wanted = JSON.stringify(quantities), runs = JSON.stringify(store.runs);
    if (wanted !== this.drawn) {
      this.drawn = wanted;
      this.plots = new Map(quantities.map((q) => [q, this.plots.get(q) ?? new Plot(this, q)]));
      this.grid.replaceChildren(...[...this.plots.values()].map((plot) => plot.figure));
    }
    const style = colours(this.root);
    const look = runs + style.runs + quantities.length;
    if (look !== this.look) this.name(style);
    this.look = look;
    const curves = [...store.curves.values()];
    this.empty.hidden = curves.length > 0;
    this.root.dataset.points = curves.reduce((sum, c) => sum + c.points[0].length, 0);
    for (const [quantity, plot] of this.plots) plot.draw(curves.filter((c) => c.quantity === quantity), style);
    this.tell(curves);
  }

  name(style) {
    const entry = (picture, text) => {
      const item = make("li");
      item.innerHTML = picture; // nothing of a run's in it
      item.append(text);
      return item;
    };
    const runs = this.store.runs.map((run, i) =>
      entry(sample(style.runs[i % style.runs.length], DASHES[i % DASHES.length]), run));
    const splits = [entry(sample(style.ink, []), "training"), entry(sample(style.ink, [], style.paper), "validation")];
    this.legend.replaceChildren(...(this.store.curves.size ? [...runs, ...splits] : []));
  }

  /** The last values as text; aloud only now and then. */
  tell(curves) {
    const now = performance.now();
    if (now - (this.told ?? -1000) < 500) {
      this.later ??= setTimeout(() => { this.later = undefined; this.paint(); }, 500);
      return;
    }
    this.told = now;
    const row = (cells, kind) => {
      const made = make("tr");
      made.append(...cells.map((cell) => make(kind, "", cell)));
      return made;
    };
    const last = curves.filter((c) => c.points[0].length).map((c) =>
      [nick(c.run), c.quantity.replaceAll("_", " "), SPLITS[c.split] ?? "", short(c.points[2].at(-1)), String(c.points[0].at(-1))]);
    this.table.replaceChildren(row(["run", "quantity", "of", "last value", "step"], "th"), ...last.map((cells) => row(cells, "td")));
    if (now - this.spoke < SPEAK || !last.length) return;
    this.spoke = now;
    this.spoken.textContent = last.map(([run, what, of, value, step]) => `${run} ${of} ${what} ${value} at step ${step}`).join("; ");
  }

  end() {
    clearTimeout(this.later);
    this.ended.abort();
    this.root.remove();
  }
}

/** The two words at a run's end that tell it from others. */
const nick = (run) => run.match(/-\d{6}-(.+)$/)?.[1] ?? run;

export default () => {
  let store; // one a widget, however many views show it
  return {
    initialize({ model }) { store = new Store(model); },
    render({ el }) {
      const view = new View(store, el);
      return () => view.end();
    },
  };
};
