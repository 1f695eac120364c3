// Fields as the kernel sends them: 16 bits a point, each asked for once: when it is wanted,
// or before, while somebody is at the map.

const AGAIN = 3000; // ms after which a field that has not come is asked for again

/** All fields of a map that have been looked at. */
export class Fields extends EventTarget {
  constructor(model) {
    super();
    this.model = model;
    this.kept = new Map();
    this.asked = new Map();
    this.queue = []; // names that nobody waits for
    model.on("msg:custom", (said, buffers) => {
      const about = model.get("_about"), one = about.fields.find((f) => f.name === said.field);
      this.kept.set(said.field, new Field(one, about, said, buffers[0]));
      this.dispatchEvent(new Event("change"));
      this.next();
    });
  }

  /** Have fields come before they are wanted, one at a time, so that a wanted one is soon here. */
  ahead(names) {
    this.queue = names;
    this.next();
  }

  next() {
    const name = this.queue.find((n) => !this.kept.has(n));
    if (name && this.asked.size <= this.kept.size) this.get(name); // none is under way
  }

  /** A field, or nothing yet: a change tells when it is here. */
  get(name) {
    const now = performance.now(), there = this.kept.get(name);
    if (!there && now - (this.asked.get(name) ?? -AGAIN) >= AGAIN) {
      this.asked.set(name, now);
      this.model.send({ wanted: name });
    }
    return there;
  }
}

/** One quantity at every point; code 0 is a missing value. */
class Field {
  constructor(about, { shape, edges }, { low, high }, view) {
    Object.assign(this, { about, low, step: (high - low) / 65534, edges });
    [this.rows, this.columns] = shape;
    this.codes = new Uint16Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  }

  code(lon, lat) {
    const [west, , south, north] = this.edges, { rows, columns } = this;
    const column = Math.floor((((lon - west) / 360) * columns % columns + columns) % columns);
    const row = Math.floor(((lat - south) / (north - south)) * rows);
    return this.codes[Math.min(Math.max(row, 0), rows - 1) * columns + column];
  }

  /** The value of the nearest point; nothing where it is missing. */
  value(lon, lat) {
    const code = this.code(lon, lat), v = this.low + (code - 1) * this.step;
    return code ? (this.about.log ? 10 ** v : v) : undefined;
  }

  /** Whether it is so small that its logarithm was cut off. */
  least(lon, lat) {
    return this.about.log && this.code(lon, lat) === 1;
  }

  /** A value with as many digits as tell a ten-thousandth of the range. */
  text(value) {
    const { about, step } = this, size = about.log ? value / 100 : step * 6.5;
    if (!value || !size) return String(value);
    const decimals = Math.ceil(-Math.log10(Math.abs(size)));
    const text = Math.abs(value) < 1e-3 ? value.toExponential(Math.max(0, Math.floor(Math.log10(Math.abs(value))) + decimals))
      : value.toFixed(Math.max(0, decimals));
    return text.replaceAll("-", "−");
  }

  /** Its picture, north up, one pixel a point. */
  picture() {
    const { about, rows, columns, codes } = this, at = about.log ? Math.log10 : (v) => v;
    const { colours: bytes } = about, four = new Uint8ClampedArray(1024), colours = new Uint32Array(65536);
    for (let k = 0; k < 256; k++) four.set([bytes.getUint8(3 * k), bytes.getUint8(3 * k + 1), bytes.getUint8(3 * k + 2), 255], 4 * k);
    const table = new Uint32Array(four.buffer), first = at(about.low), scale = 256 / (at(about.high) - first);
    for (let code = 1; code < 65536; code++) {
      const place = (this.low + (code - 1) * this.step - first) * scale;
      colours[code] = table[place < 0 ? 0 : place > 255 ? 255 : Math.floor(place)];
    }
    const image = new ImageData(columns, rows), out = new Uint32Array(image.data.buffer);
    for (let row = 0; row < rows; row++) {
      const to = (rows - 1 - row) * columns, from = row * columns;
      for (let k = 0; k < columns; k++) out[to + k] = colours[codes[from + k]];
    }
    return image;
  }
}
