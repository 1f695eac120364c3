// A kernel that steps over a picture: the cells it covers, what it adds up, what comes out;
// workbench/panels/lessons/stepper.py is the other end.
import { ownKeys } from "./keys.js";
import { make, short } from "./scales.js";

class Stepper {
  constructor(model, el) {
    this.model = model;
    this.root = el.appendChild(make("div", "wb-stepper"));
    ownKeys(this.root);
    this.boards = ["picture", "kernel", "answer"].map((name) => {
      const figure = this.root.appendChild(make("figure", `wb-board wb-board-${name}`));
      figure.append(make("figcaption"), make("div", "wb-cells"));
      return figure;
    });
    this.sum = this.root.appendChild(make("p", "wb-sum"));
    this.sum.setAttribute("role", "status");
    const answer = this.boards[2];
    Object.assign(answer, { tabIndex: 0 });
    answer.setAttribute("role", "application");
    answer.setAttribute("aria-label", "What comes out: arrow keys step from place to place");
    answer.addEventListener("keydown", (e) => {
      const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
      if (!way) return;
      e.preventDefault();
      e.stopPropagation();
      const [row, column] = this.at();
      this.go(row + way[0], column + way[1]);
    });
    this.heed = { "change:_shown": () => this.take(), "change:place": () => this.show() };
    for (const [name, act] of Object.entries(this.heed)) model.on(name, act);
    this.take();
  }

  at() { return this.model.get("place"); }

  go(row, column) {
    const { answer } = this.shown, held = (v, most) => Math.min(most - 1, Math.max(0, v));
    if (!answer.length) return;
    this.model.set("place", [held(row, answer.length), held(column, answer[0].length)]);
    this.model.save_changes();
    this.show();
  }

  take() {
    const shown = (this.shown = this.model.get("_shown"));
    const titles = ["read", "kernel", "comes out"], all = [shown.picture, shown.kernel, shown.answer];
    this.boards.forEach((board, i) => {
      const rows = all[i], most = Math.max(1, ...rows.flat().map(Math.abs));
      board.firstChild.textContent = `${titles[i]}: ${rows.length} × ${rows[0]?.length ?? 0}`;
      const cells = board.lastChild;
      cells.style.gridTemplateColumns = `repeat(${rows[0]?.length ?? 1}, 1fr)`;
      cells.replaceChildren(...rows.flatMap((row, r) => row.map((value, c) => {
        const cell = make("span", "wb-cell", short(value));
        cell.style.setProperty("--wb-much", Math.round((45 * Math.abs(value)) / most) + "%");
        cell.classList.toggle("wb-negative", value < 0);
        if (i === 0) cell.classList.toggle("wb-padded", this.padded(r, c, rows));
        if (i === 2) cell.addEventListener("click", () => this.go(r, c));
        return cell;
      })));
    });
    this.show();
  }

  padded(row, column, rows) {
    const p = this.shown.padding;
    return row < p || column < p || row >= rows.length - p || column >= rows[0].length - p;
  }

  show() {
    const { picture, kernel, answer, stride, dilation } = this.shown, [picturesBoard, , answerBoard] = this.boards;
    for (const cell of this.root.querySelectorAll(".wb-here")) cell.classList.remove("wb-here");
    if (!answer.length) { this.sum.textContent = "The kernel does not fit into the picture."; return; }
    const held = (v, most) => Math.min(most - 1, Math.max(0, v)), [r, c] = this.at();
    const row = held(r, answer.length), column = held(c, answer[0].length), terms = [];
    kernel.forEach((line, i) => line.forEach((weight, j) => {
      const y = row * stride + i * dilation, x = column * stride + j * dilation;
      picturesBoard.lastChild.children[y * picture[0].length + x].classList.add("wb-here");
      if (weight && picture[y][x]) terms.push(`${short(weight)}·${short(picture[y][x])}`);
    }));
    answerBoard.lastChild.children[row * answer[0].length + column].classList.add("wb-here");
    const made = terms.join(" + ").replaceAll("+ -", "− ").replaceAll("-", "−") || "0, every product is nought";
    this.sum.textContent = `row ${row + 1}, column ${column + 1}:  ${made}${terms.length ? ` = ${short(answer[row][column]).replace("-", "−")}` : ""}`;
    this.root.dataset.place = `${row},${column}`;
  }

  end() {
    for (const [name, act] of Object.entries(this.heed)) this.model.off(name, act);
    this.root.remove();
  }
}

export default {
  render({ model, el }) {
    const stepper = new Stepper(model, el);
    return () => stepper.end();
  },
};
