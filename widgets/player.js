// A button that runs through steps and a slider that is dragged through them.
import { make } from "./scales.js";

export class Player {
  /** Steps of a size, so many a second; `to` is called with each and at a halt, `word` says it. */
  constructor(tools, name, { size = 1, pace, word }, to) {
    Object.assign(this, { size, pace, word, to, step: 0, last: 0 });
    this.button = tools.appendChild(make("button", "", "▶ run"));
    this.button.type = "button";
    const label = tools.appendChild(make("label", "", name));
    this.slider = label.appendChild(make("input"));
    Object.assign(this.slider, { type: "range", min: 0, value: 0, step: size });
    this.now = label.appendChild(make("output"));
    this.button.addEventListener("click", () => (this.runs ? this.halt() : this.run()));
    this.slider.addEventListener("input", () => { this.halt(); this.go(+this.slider.value); });
  }

  run() {
    this.runs = true;
    this.button.textContent = "❚❚ stop";
    const from = this.step >= this.last ? 0 : this.step, began = performance.now();
    const turn = (now) => {
      if (!this.runs) return;
      const steps = Math.floor((((now - began) / 1000) * this.pace) / this.size);
      this.go(Math.min(this.last, from + steps * this.size));
      if (this.step < this.last) requestAnimationFrame(turn); else this.halt();
    };
    requestAnimationFrame(turn);
  }

  halt() {
    if (!this.runs) return;
    this.runs = false;
    this.button.textContent = "▶ run";
    this.to(this.step);
  }

  go(step) {
    this.step = step;
    this.slider.value = step;
    this.now.textContent = this.word(step);
    this.slider.setAttribute("aria-valuetext", this.now.textContent);
    this.to(step);
  }

  /** So many steps from now on. */
  until(last) {
    this.last = last;
    this.slider.max = last;
  }
}
