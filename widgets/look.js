// Colours and dashes, and when to draw anew: what every canvas of ours shares.

export const DASHES = [[], [8, 4], [2, 3], [9, 3, 2, 3], [14, 4], [4, 4]]; // one a run

/** What the style sheet says for this theme. */
export function colours(root) {
  const own = getComputedStyle(root), get = (name) => own.getPropertyValue(name).trim();
  const runs = [1, 2, 3, 4, 5, 6].map((i) => get(`--wb-run-${i}`));
  return { ink: get("--wb-ink"), grid: get("--wb-grid"), paper: get("--wb-paper"), font: `12px ${own.fontFamily}`, runs };
}

/** Paint when size or theme change, until the signal is aborted. */
export function onLook(root, paint, signal) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint, { signal });
  const sizes = new ResizeObserver(paint);
  sizes.observe(root);
  const themes = new MutationObserver(paint); // the front end's own switch
  themes.observe(document.body, { attributes: true });
  signal.addEventListener("abort", () => { sizes.disconnect(); themes.disconnect(); });
}

/** A piece of a line for a legend. */
export const sample = (colour, dash, paper) => `<svg width="34" height="12" aria-hidden="true"><line x1="1" x2="33" y1="6" y2="6"
  stroke="${colour}" stroke-width="${paper ? 2 : 1.6}" stroke-dasharray="${dash}"/>${paper
  ? `<circle cx="17" cy="6" r="3" fill="${paper}" stroke="${colour}" stroke-width="2"/>` : ""}</svg>`;
