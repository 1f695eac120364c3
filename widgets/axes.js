// A canvas to draw on, and the grid behind what is drawn.

/** Its context, as sharp as the screen, and its size; nothing on a tab that is not shown. */
export function sharp(canvas) {
  const dense = window.devicePixelRatio || 1, wide = canvas.clientWidth, high = canvas.clientHeight;
  if (!wide || !high) return undefined;
  canvas.width = Math.round(wide * dense);
  canvas.height = Math.round(high * dense);
  const ink = canvas.getContext("2d");
  ink.scale(dense, dense);
  return { ink, wide, high };
}

/** Lines at places (pixel, text) across and up a frame, and the horizontal axis's name. */
export function grid(ink, { left, top, width, height }, style, across, up, name) {
  Object.assign(ink, { font: style.font, fillStyle: style.ink, strokeStyle: style.grid, lineWidth: 1, textBaseline: "middle", textAlign: "right" });
  for (const [place, text] of up) {
    ink.strokeRect(left, place, width, 0);
    ink.fillText(text, left - 6, place);
  }
  Object.assign(ink, { textBaseline: "top", textAlign: "center" });
  for (const [place, text] of across) {
    ink.strokeRect(place, top, 0, height);
    ink.fillText(text, place, top + height + 5);
  }
  ink.fillText(name, left + width / 2, top + height + 21);
}
