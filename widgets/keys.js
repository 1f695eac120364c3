// Keys that are pressed within an element are its own: JupyterLab takes arrows, Enter and
// letters for shortcuts wherever no text is written, in lists and on sliders too.
export function ownKeys(root) {
  root.addEventListener("keydown", (e) => {
    const meant = e.ctrlKey || e.altKey || e.metaKey || e.key === "Escape" || (e.shiftKey && e.key === "Enter");
    if (!meant) e.stopPropagation();
  });
}
