// What a panel's controls lack for those who work by key or do not see them: names of slider
// handles, which Jupyter's own widgets label for eyes alone, and of boxes that have but a
// tooltip; and keys that the notebook would take for itself.
import { ownKeys } from "./keys.js";

const PANELS = ".wb-train, .wb-explain, .wb-uncertainty, .wb-walk, .wb-lesson";

function name(panel) {
  for (const handle of panel.querySelectorAll(".noUi-handle:not([aria-label])")) {
    const slider = handle.closest(".widget-inline-hbox");
    const said = slider?.querySelector(".widget-label")?.textContent.trim() || slider?.title;
    if (said) handle.setAttribute("aria-label", said);
  }
  for (const box of panel.querySelectorAll(":is(select, input, textarea)[title]:not([aria-label])")) {
    if (!box.labels?.length || !box.labels[0].textContent.trim()) box.setAttribute("aria-label", box.title);
  }
}

export default {
  render({ el }) {
    let watch, frame;
    const begin = () => {
      const panel = el.closest(PANELS);
      if (!panel) return (frame = requestAnimationFrame(begin)); // not on the page yet
      const soon = () => (frame ??= requestAnimationFrame(() => { frame = undefined; name(panel); }));
      ownKeys(panel);
      watch = new MutationObserver(soon);
      watch.observe(panel, { subtree: true, childList: true });
      frame = undefined;
      soon();
    };
    begin();
    return () => {
      cancelAnimationFrame(frame);
      watch?.disconnect();
    };
  },
};
