// What the colours of a field mean.
import { make, short, ticks } from "./scales.js";

/** A bar with round numbers below it; its pointed ends are all that lies beyond. */
export class Bar {
  constructor(box) {
    this.box = box;
    box.setAttribute("role", "img");
    this.ends = [0, 1].map((k) => make("span", `wb-bar-end wb-bar-${k ? "high" : "low"}`));
    this.colours = Object.assign(make("canvas"), { width: 256, height: 1 });
    this.numbers = make("div", "wb-bar-numbers");
    this.label = make("div", "wb-bar-label");
    const row = make("div", "wb-bar-row");
    row.append(this.ends[0], this.colours, this.ends[1]);
    box.append(row, this.numbers, this.label);
  }

  show({ low, high, log, colours, meaning }, label) {
    const image = new ImageData(256, 1), at = log ? Math.log10 : (v) => v;
    for (let k = 0; k < 256; k++)
      image.data.set([0, 1, 2].map((c) => colours.getUint8(3 * k + c)).concat(255), 4 * k);
    this.colours.getContext("2d").putImageData(image, 0, 0);
    for (const [k, end] of this.ends.entries())
      end.style.backgroundColor = `rgb(${image.data.subarray(k && 1020, (k && 1020) + 3).join(" ")})`;
    this.numbers.replaceChildren(...ticks(low, high, 7, log).map((value) => {
      const number = make("span", "", short(value));
      number.style.left = `${(100 * (at(value) - at(low))) / (at(high) - at(low))}%`;
      return number;
    }));
    this.label.textContent = `${label}: ${meaning}`;
    this.box.setAttribute("aria-label", `Colours from ${short(low)} to ${short(high)} for ${label}${log ? ", logarithmic" : ""}`);
  }
}
