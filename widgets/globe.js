// The globe on a canvas, degrees along both axes: picture, lines, outlines, what is where.

const CASE = "#14181f"; // round every outline, so that it shows on any colour
const STEPS = [30, 10, 5, 2, 1]; // degrees between lines of latitude and longitude
const DEEPEST = 64;
const WIDEST = 4096; // pixels of the globe up to which its lines are kept as a picture

/** What is drawn, and which part of it. */
export class Globe {
  constructor(about, shown, place) {
    Object.assign(this, { edges: about.edges, shown, kinds: about.kinds });
    this.coast = paths(about.lines);
    this.areas = about.areas.map(({ name, dash, lines }) => ({ name, dash, kinds: lines.map(paths) }));
    this.overlay = document.createElement("canvas");
    this.bitmap = document.createElement("canvas");
    [this.bitmap.height, this.bitmap.width] = about.shape;
    this.go(place);
  }

  /** Show what lies round a place: degrees east and north, how far it is zoomed in. */
  go([lon = this.edges[0] + 180, lat = 0, depth = 1]) {
    Object.assign(this, { lon, lat, depth });
  }

  colour(field) {
    this.bitmap.getContext("2d").putImageData(field.picture(), 0, 0);
    this.filled = true;
  }

  get scale() { return (this.depth * this.width) / 360; } // CSS pixels a degree
  get wide() { return this.width / this.scale; }
  get high() { return this.height / this.scale; }

  move(east, north) {
    const free = Math.max(0, 90 - this.high / 2);
    this.lon = (((this.lon + east) % 360) + 360) % 360;
    this.lat = Math.min(Math.max(this.lat + north, -free), free);
  }

  /** Zoom about a place on the canvas, or its middle. */
  zoom(factor, at = [this.width / 2, this.height / 2]) {
    const [lon, lat] = this.degrees(at);
    this.depth = Math.min(Math.max(this.depth * factor, 1), DEEPEST);
    const [nowLon, nowLat] = this.degrees(at);
    this.move(lon - nowLon, lat - nowLat);
  }

  degrees([x, y]) {
    return [this.lon + (x - this.width / 2) / this.scale, this.lat - (y - this.height / 2) / this.scale];
  }

  /** Degrees east and north of what is read: under the pointer, else in the middle. */
  at() {
    return this.pointed ? this.degrees(this.pointed) : [this.lon, this.lat];
  }

  place() {
    return [this.lon, this.lat, this.depth].map((v) => +v.toFixed(3));
  }

  /** Who of those shown has outlined something round a point, and what. */
  inside(lon, lat) {
    const plain = this.bitmap.getContext("2d"), [west] = this.edges;
    const east = ((((lon - west) % 360) + 360) % 360) + west;
    const within = (path) => plain.isPointInPath(path, east, lat, "evenodd");
    const has = ({ kinds }) => this.kinds.filter((_, k) => kinds[k].filter(within).length % 2);
    return this.areas.filter(({ name }) => this.shown.includes(name))
      .flatMap((area) => has(area).map((kind) => `${area.name}: ${kind.name}`));
  }

  draw(canvas, style, focused) {
    const dense = window.devicePixelRatio || 1;
    Object.assign(this, { width: canvas.clientWidth, height: canvas.clientHeight, dense });
    const size = [this.width, this.height].map((v) => Math.round(v * dense));
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    this.move(0, 0);
    const ink = canvas.getContext("2d");
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, ...size);
    if (this.filled) this.picture(ink);
    this.lines(ink);
    this.graticule(ink, style);
    if (focused && !this.pointed) this.cross(ink);
  }

  picture(ink) {
    const { dense, bitmap, scale } = this, [west, , south, north] = this.edges;
    const x = (lon) => Math.round((this.width / 2 + (lon - this.lon) * scale) * dense);
    const y = (lat) => Math.round((this.height / 2 - (lat - this.lat) * scale) * dense);
    ink.imageSmoothingEnabled = scale * dense * 360 < 1.5 * bitmap.width;
    for (const turn of this.turns(west, west + 360))
      ink.drawImage(bitmap, x(west + turn), y(north), x(west + turn + 360) - x(west + turn), y(south) - y(north));
  }

  /** Whole turns by which something between two longitudes is to be moved to be seen. */
  turns(west, east) {
    const first = Math.ceil((this.lon - this.wide / 2 - east) / 360), last = Math.floor((this.lon + this.wide / 2 - west) / 360);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => 360 * (first + k));
  }

  /** Coast and outlines: of the whole globe drawn once, where that is no large picture. */
  lines(ink) {
    const { dense, overlay } = this, wide = Math.round(this.scale * dense * 360), [west] = this.edges;
    if (wide > WIDEST) {
      const seen = [this.lon - this.wide / 2, this.lon + this.wide / 2, this.lat - this.high / 2, this.lat + this.high / 2];
      return this.strokes(ink, this.scale * dense, this.width / 2 * dense, this.height / 2 * dense, this.lon, this.lat, seen);
    }
    const high = Math.round(this.scale * dense * 180), kept = [wide, high, ...this.shown].join("\n");
    if (kept !== this.kept) {
      this.kept = kept;
      Object.assign(overlay, { width: wide, height: high });
      this.strokes(overlay.getContext("2d"), wide / 360, 0, high / 2, west, 0, [west, west + 360, -90, 90]);
    }
    const y = Math.round((this.height / 2) * dense + this.lat * this.scale * dense - high / 2);
    for (const turn of this.turns(west, west + 360))
      ink.drawImage(overlay, Math.round((this.width / 2 + (west + turn - this.lon) * this.scale) * dense), y);
  }

  /** Draw lines with a place in degrees at a place in pixels, those that can be seen. */
  strokes(ink, deep, x, y, lon, lat, seen) {
    const one = deep / this.dense; // a CSS pixel
    const stroke = (lines, layers, dash) => {
      for (const [colour, wide, alpha] of layers) {
        Object.assign(ink, { strokeStyle: colour, lineWidth: wide / one, globalAlpha: alpha, lineJoin: "round" });
        ink.setLineDash(dash.map((d) => (2 * d) / one));
        for (const line of lines)
          for (const turn of [-360, 0, 360, 720])
            if (meet(line, turn, seen, 4 / one)) {
              ink.setTransform(deep, 0, 0, -deep, x + (turn - lon) * deep, y + lat * deep);
              ink.stroke(line);
            }
      }
    };
    stroke(this.coast, [["#ffffff", 2.2, 0.55], [CASE, 1, 1]], []);
    for (const { name, dash, kinds } of this.areas)
      if (this.shown.includes(name))
        this.kinds.forEach(({ colour }, k) => stroke(kinds[k], [[CASE, 4, 1], [colour, 2, 1]], dash));
    Object.assign(ink, { globalAlpha: 1 }).setLineDash([]);
    ink.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** Lines of latitude and longitude, their names at the left and lower edge. */
  graticule(ink, style) {
    const { dense, width, height, scale } = this, step = STEPS.find((s) => this.wide / s >= 4) ?? 1;
    ink.setTransform(dense, 0, 0, dense, 0, 0);
    Object.assign(ink, { strokeStyle: "rgb(20 24 31 / 30%)", lineWidth: 1, font: style.font, fillStyle: style.ink, lineJoin: "round" });
    const label = (text, x, y) => {
      Object.assign(ink, { strokeStyle: style.paper, lineWidth: 3 });
      ink.strokeText(text, x, y);
      ink.fillText(text, x, y);
      Object.assign(ink, { strokeStyle: "rgb(20 24 31 / 30%)", lineWidth: 1 });
    };
    Object.assign(ink, { textAlign: "center", textBaseline: "bottom" });
    for (let lon = Math.ceil((this.lon - this.wide / 2) / step) * step; lon <= this.lon + this.wide / 2; lon += step) {
      const x = width / 2 + (lon - this.lon) * scale, turned = (((lon + 180) % 360) + 360) % 360 - 180;
      ink.strokeRect(x, -1, 0, height + 2);
      if (x > 20 && x < width - 20) label(turned === -180 ? "180°" : name(turned, "E", "W"), x, height - 2);
    }
    Object.assign(ink, { textAlign: "left", textBaseline: "middle" });
    for (let lat = Math.ceil((this.lat - this.high / 2) / step) * step; lat <= this.lat + this.high / 2; lat += step) {
      const y = height / 2 - (lat - this.lat) * scale;
      ink.strokeRect(-1, y, width + 2, 0);
      if (y > 10 && y < height - 22) label(name(lat, "N", "S"), 4, y);
    }
  }

  cross(ink) {
    const x = this.width / 2, y = this.height / 2;
    for (const [colour, wide] of [["#fff", 4], ["#14181f", 1.5]]) {
      Object.assign(ink, { strokeStyle: colour, lineWidth: wide });
      ink.beginPath();
      for (const side of [-1, 1]) {
        ink.moveTo(x + 4 * side, y); ink.lineTo(x + 11 * side, y);
        ink.moveTo(x, y + 4 * side); ink.lineTo(x, y + 11 * side);
      }
      ink.stroke();
    }
  }
}

const name = (degrees, plus, minus) => `${Math.abs(degrees)}°${degrees ? (degrees < 0 ? minus : plus) : ""}`;

const meet = ({ west, east, south, north }, turn, [left, right, bottom, top], margin) =>
  east + turn + margin > left && west + turn - margin < right && north + margin > bottom && south - margin < top;

/** Lines out of one message part, points east and north, not a number after each. */
function paths(view) {
  const all = new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)), found = [];
  for (let k = 0, line; k < all.length; k += 2) {
    const x = all[k], y = all[k + 1];
    if (Number.isNaN(x)) { line = undefined; continue; }
    if (line) line.lineTo(x, y);
    else {
      line = Object.assign(new Path2D(), { west: x, east: x, south: y, north: y });
      line.moveTo(x, y);
      found.push(line);
    }
    Object.assign(line, { west: Math.min(line.west, x), east: Math.max(line.east, x), south: Math.min(line.south, y), north: Math.max(line.north, y) });
  }
  return found;
}
