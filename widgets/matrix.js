// How often each class is taken for which other: a table whose cells choose events.
// workbench/panels/matrix.py is the other end.
import { ownKeys } from "./keys.js";
import { make } from "./scales.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const HINT = "Click a cell, or a class, to choose its events; once more for all. By key: arrows move, Enter chooses.";

class View {
  constructor(model, el) {
    this.model = model;
    this.root = el.appendChild(make("div", "wb-matrix"));
    ownKeys(this.root);
    this.table = this.root.appendChild(make("table"));
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-label", "True classes in rows, answered classes in columns");
    this.at = [1, 1];
    this.build();
    this.root.append(make("p", "wb-hint", HINT));
    this.table.addEventListener("click", (e) => { const at = this.place(e.target); if (at) this.choose(...at); });
    this.table.addEventListener("keydown", (e) => this.key(e));
    this.mark = () => this.show();
    this.count = () => this.rebuild();
    model.on("change:chosen", this.mark);
    model.on("change:counts", this.count);
    this.show();
  }

  /** Cells by row and column, classes in their order from 1; 0 are the heads, which mean any. */
  build() {
    const order = this.model.get("order"), names = this.model.get("names"), counts = this.model.get("counts"), rates = this.model.get("rates");
    this.cells = [];
    const row = () => { const made = this.table.insertRow(); made.setAttribute("role", "row"); return made; };
    const add = (tr, kind, role, name, text, said) => {
      const made = tr.appendChild(make(kind, name));
      made.setAttribute("role", role);
      made.setAttribute("aria-label", said);
      made.append(make("span", "", text));
      made.tabIndex = -1;
      return made;
    };
    const head = row();
    this.cells.push([add(head, "th", "columnheader", "wb-corner", "true \u2193 \u2002 answered \u2192", "all events")]);
    for (const code of order) this.cells[0].push(add(head, "th", "columnheader", "wb-answered", names[code], `all answered ${names[code]}`));
    const last = head.appendChild(make("th", "wb-rate", "right, of 100 (95 %)"));
    last.setAttribute("role", "columnheader");
    for (const i of order) {
      const truth = names[i], tr = row(), total = counts[i].reduce((a, b) => a + b, 0);
      const cells = [add(tr, "th", "rowheader", "wb-true", truth, `all truly ${truth}: ${total}`)];
      for (const j of order) {
        const answer = names[j], count = counts[i][j], share = total ? count / total : 0;
        const said = `truly ${truth}, answered ${answer}: ${count} events, ${(100 * share).toFixed(1)} of 100`;
        const cell = add(tr, "td", "gridcell", i === j ? "wb-diagonal" : "", count ? String(count) : "\u00b7", said);
        cell.title = said;
        cell.style.setProperty("--wb-share", Math.sqrt(share).toFixed(3));
        cells.push(cell);
      }
      const [value, low, high] = rates[i].map((v) => (100 * v).toFixed(1));
      const rate = tr.appendChild(make("td", "wb-rate", total ? `${value} (${low}\u2013${high})` : "none"));
      rate.setAttribute("role", "gridcell");
      this.cells.push(cells);
    }
  }

  /** Other counts; the cell that has the keyboard keeps it. */
  rebuild() {
    const held = this.table.contains(document.activeElement);
    this.table.replaceChildren();
    this.build();
    this.show();
    if (held) this.cells[this.at[0]][this.at[1]].focus();
  }

  place(element) {
    const cell = element.closest("td, th");
    const row = this.cells.findIndex((cells) => cells.includes(cell));
    return row < 0 ? undefined : [row, this.cells[row].indexOf(cell)];
  }

  key(e) {
    const at = this.place(e.target), move = MOVES[e.key];
    if (!at || e.ctrlKey || e.altKey || e.metaKey) return;
    const last = this.cells.length - 1, within = (k) => Math.min(Math.max(k, 0), last);
    if (move) this.focus(within(at[0] + move[0]), within(at[1] + move[1]));
    else if (e.key === "Home") this.focus(at[0], 0);
    else if (e.key === "End") this.focus(at[0], last);
    else if (e.key === "Enter" || e.key === " ") this.choose(...at);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  focus(row, column) {
    this.at = [row, column];
    this.show();
    this.cells[row][column].focus();
  }

  choose(row, column) {
    this.at = [row, column];
    const wanted = [row, column].map((k) => this.code(k)), now = this.model.get("chosen");
    const again = wanted[0] === now[0] && wanted[1] === now[1];
    this.model.set("chosen", again ? [-1, -1] : wanted);
    this.model.save_changes();
    this.show();
  }

  /** Of the class in a row or column; -1 for any. */
  code(place) { return place ? this.model.get("order")[place - 1] : -1; }

  show() {
    const [truth, answer] = this.model.get("chosen");
    this.cells.forEach((cells, row) => cells.forEach((cell, column) => {
      cell.tabIndex = row === this.at[0] && column === this.at[1] ? 0 : -1;
      cell.setAttribute("aria-selected", String(this.code(row) === truth && this.code(column) === answer));
    }));
  }

  end() {
    this.model.off("change:chosen", this.mark);
    this.model.off("change:counts", this.count);
    this.root.remove();
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.end();
  },
};
