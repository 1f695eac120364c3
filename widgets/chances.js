// What a network says of a sample before and after a change: a bar a class.
// workbench/panels/chances.py is the other end.
import { make } from "./scales.js";

const SPEAK = 700; // ms without a change until it is read aloud

class View {
  constructor(model, el) {
    this.model = model;
    this.root = el.appendChild(make("div", "wb-chances"));
    const table = this.root.appendChild(make("table"));
    const head = table.createTHead().insertRow();
    for (const name of ["class", "chance now; the line is the event as it is", "now", "as it is"]) head.append(make("th", "", name));
    this.body = table.createTBody();
    this.spoken = this.root.appendChild(make("div", "wb-spoken"));
    this.spoken.setAttribute("aria-live", "polite");
    this.again = () => this.paint();
    model.on("change:now", this.again);
    model.on("change:before", this.again);
    this.paint();
  }

  rows(names) {
    if (this.body.rows.length === names.length) return;
    this.body.replaceChildren();
    for (const name of names) {
      const row = this.body.insertRow(), bar = make("div", "wb-chance");
      row.append(make("th", "", name));
      row.insertCell().append(bar);
      row.lastChild.className = "wb-track";
      bar.append(make("i"), make("b"));
      row.insertCell();
      row.insertCell();
    }
  }

  paint() {
    const get = (name) => this.model.get(name), names = get("names"), now = get("now"), before = get("before");
    if (now.length !== names.length) return; // nothing is asked yet
    this.rows(names);
    const best = now.indexOf(Math.max(...now)), first = before.indexOf(Math.max(...before)), truth = get("truth");
    names.forEach((name, k) => {
      const row = this.body.rows[k], [label, track, after, was] = row.cells;
      row.className = k === best ? "wb-best" : "";
      label.textContent = k === truth ? `${name} (true)` : name;
      track.querySelector("i").style.width = `${100 * now[k]}%`;
      track.querySelector("b").style.left = `${100 * before[k]}%`;
      after.textContent = percent(now[k]);
      was.textContent = percent(before[k]);
    });
    this.root.dataset.answer = names[best] ?? "";
    this.root.dataset.now = percent(now[best] ?? 0);
    clearTimeout(this.late);
    const turned = best === first ? "still" : "the answer turns to";
    this.late = setTimeout(() => { this.spoken.textContent = `${turned} ${names[best]}, ${percent(now[best])}`; }, SPEAK);
  }

  end() {
    clearTimeout(this.late);
    this.model.off("change:now", this.again);
    this.model.off("change:before", this.again);
    this.root.remove();
  }
}

const percent = (chance) => `${(100 * chance).toFixed(1)} %`;

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.end();
  },
};
