// Axes, numbers as text, and means: what a plot needs and a canvas does not.

/** Round numbers between two, about so many; decades on a logarithmic axis. */
export function ticks(low, high, count, log) {
  const found = [];
  if (log && high / low >= 4) {
    const decades = Math.log10(high / low), every = Math.ceil(decades / count);
    const within = decades < 3 ? [1, 2, 5] : [1];
    for (let e = Math.floor(Math.log10(low)); 10 ** e <= high; e += every)
      found.push(...within.map((f) => f * 10 ** e).filter((v) => v >= low && v <= high));
    return found;
  }
  const rough = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((f) => f * power >= rough * 0.999);
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-9); i++) found.push(i * step);
  return found;
}

export const short = (v) => {
  if (!Number.isFinite(v)) return "not a number";
  if (v === 0) return "0";
  const size = Math.abs(v);
  if (size < 1e-3 || size >= 1e6) return v.toExponential(2).replace(/\.?0+e/, "e");
  return String(+v.toPrecision(4));
};

/** A moving mean that forgets; the first points do not weigh more than others. */
export function smoothed(values, weight) {
  let sum = 0, norm = 0;
  return values.map((v) => {
    if (!Number.isFinite(v)) return v;
    sum = weight * sum + (1 - weight) * v;
    norm = weight * norm + (1 - weight);
    return sum / norm;
  });
}

export function nearest(xs, x) {
  let low = 0, high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1; else high = middle;
  }
  return low && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
}

/** An element of the page. */
export function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}
