// What the kernel has sent of the curves; workbench/panels/curves.py is the other end.

/** What the kernel has sent: curves by run and name. */
export class Store extends EventTarget {
  constructor(model) {
    super();
    this.model = model;
    this.take(model.get("_whole"));
    model.on("change:_whole", () => this.take(model.get("_whole")));
    model.on("msg:custom", (said, buffers) => this.add(said, buffers));
  }

  take(whole) {
    this.number = whole.number ?? 0;
    this.runs = whole.runs ?? [];
    this.curves = new Map();
    for (const { run, name, points } of whole.curves ?? []) this.put(run, name, rows(points), true);
    this.dispatchEvent(new Event("change"));
  }

  add({ number, changes }, buffers) {
    if (number <= this.number) return; // the whole had it already
    if (number > this.number + 1) return this.model.send("whole");
    this.number = number;
    changes.forEach(({ run, name, replace }, i) => this.put(run, name, rows(buffers[i]), replace));
    this.dispatchEvent(new Event("change"));
  }

  put(run, name, added, replace) {
    const [, split = "", quantity = name] = name.match(/^(train|val|test)_(.*)$/) ?? [];
    const key = `${run}\n${name}`;
    const old = replace ? undefined : this.curves.get(key);
    const points = old ? added.map((row, i) => Float64Array.of(...old.points[i], ...row)) : added;
    this.curves.set(key, { run, split, quantity, points });
  }

  quantities() {
    return [...new Set([...this.curves.values()].map((c) => c.quantity))].sort(
      (a, b) => (b === "loss") - (a === "loss") || a.localeCompare(b));
  }
}

/** Steps, seconds and values out of one message part, which may start anywhere. */
function rows(view) {
  const copy = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const all = new Float64Array(copy), n = all.length / 3;
  return [0, 1, 2].map((i) => all.subarray(i * n, (i + 1) * n));
}
