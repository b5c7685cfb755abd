// What people would rather touch than set: points, boxes, a curve, cells. Drawn by pointer (mouse,
// finger or pen) and by key; every change can be undone, and is sent when the hand is lifted.

const NS = "http://www.w3.org/2000/svg";
const LONGEST = 50; // changes that can be undone
const areas = new WeakMap(); // from the element that Streamlit gives to its area
const utf8 = new TextDecoder();
const copy = value => JSON.parse(JSON.stringify(value));
const clip = (value, low, high) => Math.max(low, Math.min(high, value));

function element(tag, attributes, parent) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
}

class Area {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "blindspot-touch";
    this.bar = document.createElement("div");
    this.bar.setAttribute("role", "toolbar");
    this.root.append(this.bar);
    parent.append(this.root);
    this.past = [];
    this.chosen = 0;
  }

  take(spec, send) {
    const other = this.spec?.kind !== spec.kind;
    this.spec = spec;
    this.send = send;
    if (this.holding) return; // a hand is drawing: its own value is newer
    if (JSON.stringify(spec.value) !== JSON.stringify(this.value)) {
      if (other) this.past = [];
      this.value = copy(spec.value);
    }
    this.tools();
    this.draw();
  }

  // Buttons: classes where points have them, undo, wipe.
  tools() {
    const { words, classes = [] } = this.spec;
    this.bar.replaceChildren();
    const button = (text, act, more = {}) => {
      const made = Object.assign(document.createElement("button"), { type: "button", ...more });
      made.textContent = text;
      made.onclick = act;
      this.bar.append(made);
      return made;
    };
    classes.forEach(({ label, colour, sign }, number) => {
      const made = button(`${sign} ${label}`, () => {
        this.chosen = number;
        this.tools();
      });
      made.style.color = colour;
      made.setAttribute("aria-pressed", number === this.chosen);
    });
    button(words.undo, () => this.undo(), { name: "undo", disabled: !this.past.length });
    button(words.wipe, () => this.change(copy(this.spec.blank)), { name: "wipe" });
  }

  // A new value, from one touch.
  change(value) {
    if (JSON.stringify(value) === JSON.stringify(this.before ?? this.value)) {
      this.before = undefined;
      return this.draw();
    }
    this.past = [...this.past.slice(1 - LONGEST), this.before ?? copy(this.value)];
    this.before = undefined;
    this.value = value;
    this.tools();
    this.draw();
    this.send(value);
  }

  undo() {
    if (!this.past.length) return;
    this.value = this.past.pop();
    this.tools();
    this.draw();
    this.send(this.value);
  }

  draw() {
    const held = document.activeElement?.dataset?.number;
    const { kind, width, height, alt } = this.spec;
    const tag = kind === "cells" ? "div" : "svg";
    if (this.pane?.tagName.toLowerCase() !== tag) {
      this.pane?.remove();
      this.pane = tag === "svg" ? element(tag, {}) : document.createElement(tag);
      this.root.append(this.pane);
    }
    this.pane.replaceChildren();
    this.pane.setAttribute("aria-label", alt);
    if (tag === "svg") {
      this.pane.setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.pane.setAttribute("role", "application");
      this.axes();
    }
    this[kind]();
    if (held !== undefined) this.pane.querySelector(`[data-number="${held}"]`)?.focus();
  }

  // Units of the axes to places in the picture, and back.
  place([x, y]) {
    const { width, height, low, high } = this.spec;
    return [
      ((x - low[0]) / (high[0] - low[0])) * width,
      height - ((y - low[1]) / (high[1] - low[1])) * height,
    ];
  }

  units(event) {
    const { low, high, step } = this.spec;
    const box = this.pane.getBoundingClientRect();
    const share = [(event.clientX - box.left) / box.width, (box.bottom - event.clientY) / box.height];
    return share.map((part, axis) => {
      const value = low[axis] + clip(part, 0, 1) * (high[axis] - low[axis]);
      return Math.round(value / step) * step;
    });
  }

  axes() {
    const { width, height, low, high, picture } = this.spec;
    if (picture) element("image", { href: picture, width, height, preserveAspectRatio: "none" }, this.pane);
    element("rect", { width, height, class: "frame" }, this.pane);
    for (const axis of [0, 1]) {
      if (low[axis] > 0 || high[axis] < 0) continue;
      const [x, y] = this.place([0, 0]);
      const line = axis ? { x1: 0, x2: width, y1: y, y2: y } : { x1: x, x2: x, y1: 0, y2: height };
      element("line", { ...line, class: "zero" }, this.pane);
    }
    const text = (content, x, y, anchor) =>
      (element("text", { x, y, class: "end", "text-anchor": anchor }, this.pane).textContent = content);
    text(low[0], 4, height - 4, "start"); // the ends of both axes
    text(high[0], width - 4, height - 4, "end");
    text(high[1], 4, 14, "start");
    text(low[1], 4, height - 18, "start");
  }

  // While a pointer is down: `move` hears of it, and what came of it is sent when it is lifted.
  hold(event, move) {
    event.preventDefault();
    this.holding = true;
    this.before ??= copy(this.value);
    this.root.setPointerCapture(event.pointerId); // what was touched is drawn anew meanwhile
    const moved = next => {
      move(next);
      this.draw();
    };
    const ended = () => {
      removeEventListener("pointermove", moved);
      removeEventListener("pointerup", ended);
      removeEventListener("pointercancel", ended);
      this.holding = false;
      this.change(this.value);
    };
    addEventListener("pointermove", moved);
    addEventListener("pointerup", ended);
    addEventListener("pointercancel", ended);
  }

  points() {
    const { classes, most } = this.spec;
    this.pane.onpointerdown = event => {
      if (event.target.dataset.number !== undefined || this.value.length >= most) return;
      const number = this.value.length;
      this.before = copy(this.value);
      this.value.push([...this.units(event), this.chosen]);
      this.draw();
      this.hold(event, next => (this.value[number] = [...this.units(next), this.chosen]));
    };
    this.value.forEach(([x, y, kind], number) => {
      const [left, top] = this.place([x, y]);
      const { colour, label, sign } = classes[kind] ?? classes[0];
      const mark = element("text", {
        x: left, y: top, fill: colour, tabindex: 0, "data-number": number, class: "point",
        role: "button", "aria-label": `${label}: ${x.toFixed(2)}, ${y.toFixed(2)}`,
      }, this.pane); // prettier-ignore
      mark.textContent = sign;
      mark.onpointerdown = event => {
        mark.focus();
        if (this.twice(event, number)) return this.without(number);
        this.hold(event, next => (this.value[number] = [...this.units(next), kind]));
      };
      mark.onkeydown = event => this.nudge(event, number);
    });
  }

  // Whether the same thing was touched a moment ago: a double click, or a double tap.
  twice(event, number) {
    const again = this.last?.number === number && event.timeStamp - this.last.time < 350;
    this.last = { number, time: event.timeStamp };
    return again;
  }

  without(number) {
    this.change(this.value.filter((_, place) => place !== number));
  }

  nudge(event, number) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
    const { low, high } = this.spec;
    if (event.key === "Delete" || event.key === "Backspace") this.without(number);
    else if (moves[event.key]) {
      const value = copy(this.value);
      moves[event.key].forEach((by, axis) => {
        const at = value[number][axis] + (by * (high[axis] - low[axis])) / 50;
        value[number][axis] = clip(at, low[axis], high[axis]);
      });
      this.change(value);
    } else return;
    event.preventDefault();
  }

  boxes() {
    const { most } = this.spec;
    this.pane.onpointerdown = event => {
      if (event.target.dataset.number !== undefined || this.value.length >= most) return;
      const number = this.value.length;
      const begun = this.units(event);
      this.before = copy(this.value);
      this.value.push([...begun, ...begun]);
      this.hold(event, next => {
        const at = this.units(next);
        const ends = [0, 1].map(axis => [begun[axis], at[axis]].sort((a, b) => a - b));
        this.value[number] = [ends[0][0], ends[1][0], ends[0][1], ends[1][1]];
      });
    };
    this.value.forEach(([x1, y1, x2, y2], number) => {
      const [[left, bottom], [right, top]] = [this.place([x1, y1]), this.place([x2, y2])];
      const mark = element("rect", {
        x: left, y: top, width: right - left, height: bottom - top, tabindex: 0, class: "box",
        "data-number": number, role: "button", "aria-label": `${x1}, ${y1}, ${x2}, ${y2}`,
      }, this.pane); // prettier-ignore
      mark.onpointerdown = event => {
        mark.focus();
        if (this.twice(event, number)) return this.without(number);
        const [begun, was] = [this.units(event), [...this.value[number]]];
        this.hold(event, next => {
          const at = this.units(next);
          this.value[number] = was.map((end, place) => end + at[place % 2] - begun[place % 2]);
        });
      };
      mark.onkeydown = event => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        this.without(number);
      };
    });
  }

  curve() {
    const { low, high } = this.spec;
    const last = this.value.length - 1;
    const at = number => low[0] + (number / last) * (high[0] - low[0]);
    const path = this.value.map((y, number) => this.place([at(number), y]).join(",")).join(" ");
    element("polyline", { points: path, class: "curve" }, this.pane);
    let before;
    const set = ([x, y]) => {
      const number = clip(Math.round(((x - low[0]) / (high[0] - low[0])) * last), 0, last);
      const from = before ?? [number, y];
      const steps = Math.max(1, Math.abs(number - from[0]));
      for (let step = 0; step <= steps; step++) {
        const share = step / steps; // a fast hand leaves nothing out
        const place = Math.round(from[0] + share * (number - from[0]));
        this.value[place] = from[1] + share * (y - from[1]);
      }
      before = [number, y];
    };
    this.pane.onpointerdown = event => {
      this.before = copy(this.value);
      before = undefined;
      set(this.units(event));
      this.draw();
      this.hold(event, next => set(this.units(next)));
    };
  }

  cells() {
    const { choices, names, rows, columns, min, max, step, mark, fixed, labels } = this.spec;
    this.pane.className = "cells";
    this.pane.setAttribute("role", "grid");
    const name = labels.length ? " auto" : "";
    this.pane.style.gridTemplateColumns = `repeat(${columns}, minmax(1.75rem, 3rem))${name}`;
    const set = (number, value) => (this.value[Math.floor(number / columns)][number % columns] = value);
    for (let number = 0; number < rows * columns; number++) {
      const value = this.value[Math.floor(number / columns)][number % columns];
      const tag = choices ? "button" : "input";
      const cell = Object.assign(document.createElement(tag), { type: choices ? "button" : "number" });
      cell.dataset.number = number;
      cell.setAttribute("aria-label", `${Math.floor(number / columns)}, ${number % columns}`);
      if (choices) {
        const place = choices.indexOf(value);
        cell.textContent = (number === mark ? "○◉" : names)[place] ?? value;
        cell.disabled = number === mark && fixed;
        cell.dataset.choice = place;
        const next = choices[(place + 1) % choices.length];
        cell.onpointerdown = event => this.paint(event, number, next, set);
        cell.onkeydown = event => {
          const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
          if (by) this.pane.querySelector(`[data-number="${number + by}"]`)?.focus();
          else if (event.key === " " || event.key === "Enter") {
            this.before = copy(this.value);
            set(number, next);
            this.change(this.value);
          } else return;
          event.preventDefault();
        };
      } else {
        Object.assign(cell, { min, max, step, value });
        cell.onchange = () => {
          const typed = Number(cell.value);
          if (cell.value === "" || !Number.isFinite(typed)) return this.draw();
          this.before = copy(this.value);
          set(number, clip(typed, min, max));
          this.change(this.value);
        };
      }
      this.pane.append(cell);
      if (name && (number + 1) % columns === 0)
        this.pane.append(Object.assign(document.createElement("small"), { textContent: labels[(number + 1) / columns - 1] }));
    }
  }

  // The same value into every cell that the pointer passes.
  paint(event, first, value, set) {
    this.before = copy(this.value);
    set(first, value);
    this.draw();
    this.hold(event, next => {
      const under = document.elementFromPoint(next.clientX, next.clientY);
      if (this.pane.contains(under) && under.dataset.number !== undefined && !under.disabled)
        set(Number(under.dataset.number), value);
    });
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!areas.has(parentElement)) areas.set(parentElement, new Area(parentElement));
  const value = JSON.parse(utf8.decode(data));
  areas.get(parentElement).take(value, next => setTriggerValue("value", next));
}
