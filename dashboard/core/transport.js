// The row below a film: to its ends, a frame back or on, play, how fast, and a slider over all frames.
// It stands outside the drawing, because Plotly's own buttons are measured and drawn anew with every
// picture, hide what is below them, and cannot be reached by key.

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const QUIET = 400; // milliseconds without a move until the place is reported
const SIGNS = {
  first: "M6 6h2v12H6zM19 6v12l-9-6z",
  back: "M16 6v12l-8-6z",
  play: "M7 5v14l12-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  next: "M8 6v12l8-6z",
  last: "M16 6h2v12h-2zM5 6v12l9-6z",
  rows: "M4 6v12l8-6zM12 6v12l8-6z",
};
const sign = name => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${SIGNS[name]}"/></svg>`;
const TYPED = "input, textarea, select, button, [role=slider], [role=radio], [contenteditable]";

class Transport {
  // show: draws the frame of a number, and promises when it is there.
  constructor(parent, show) {
    this.show = show;
    this.at = 0;
    this.row = document.createElement("div");
    this.row.className = "blindspot-film";
    this.row.hidden = true;
    const add = (tag, more) => {
      const made = Object.assign(document.createElement(tag), more);
      this.row.append(made);
      return made;
    };
    const button = (name, onclick) =>
      (this[name] = add("button", { type: "button", innerHTML: sign(name), name, onclick }));
    button("first", () => this.go(0));
    button("back", () => this.go(this.at - 1));
    button("play", () => (this.playing ? this.go(this.at) : this.run(this.all())));
    button("next", () => this.go(this.at + 1));
    button("last", () => this.go(this.end));
    button("rows", () => this.run(this.film.rows));
    this.speed = add("select", { name: "speed" });
    for (const times of SPEEDS) this.speed.add(new Option(`${times}×`, times));
    this.speed.value = 1;
    this.slider = add("input", { type: "range", min: 0, step: 1 });
    this.slider.oninput = () => this.go(Number(this.slider.value));
    this.label = add("output", {});
    parent.append(this.row);
    this.key = event => this.pressed(event);
  }

  get end() {
    return this.film.labels.length - 1;
  }

  all() {
    return this.film.labels.map((_, number) => number);
  }

  // Another film, or none.
  take(film, report) {
    this.stop();
    clearTimeout(this.waiting);
    this.report = report;
    this.row.hidden = !film;
    document.removeEventListener("keydown", this.key);
    if (!film) return;
    this.film = film;
    if (film.keys) document.addEventListener("keydown", this.key);
    for (const [name, words] of Object.entries(film.words)) {
      this[name].title = words;
      this[name].setAttribute("aria-label", words);
    }
    this.rows.hidden = !film.rows.length;
    this.slider.max = this.end;
    this.mark(film.at);
  }

  mark(at) {
    this.at = at;
    this.slider.value = at;
    const label = this.film.labels[at];
    this.label.textContent = label;
    this.slider.setAttribute("aria-valuetext", label);
    this.first.disabled = this.back.disabled = at === 0;
    this.last.disabled = this.next.disabled = at === this.end;
  }

  // To a frame by hand: what comes while one is drawn is drawn next, and only the newest of it.
  async go(at) {
    this.stop();
    await this.put(at);
  }

  async put(at) {
    const { film } = this;
    this.mark(Math.max(0, Math.min(this.end, at)));
    clearTimeout(this.waiting);
    if (!this.drawing) {
      this.drawing = true;
      for (let drawn; film === this.film && drawn !== this.at; ) {
        drawn = this.at;
        await this.show(drawn);
      }
      this.drawing = false;
    }
    if (!this.playing) this.rest();
  }

  // It stays here, if nothing more comes.
  rest() {
    clearTimeout(this.waiting);
    if (this.report) this.waiting = setTimeout(() => this.report(this.at), QUIET);
  }

  // Plays the frames of these numbers from where it is; from the start where it is at the end.
  async run(numbers) {
    this.stop();
    const token = (this.playing = {});
    this.play.innerHTML = sign("pause");
    const later = numbers.findIndex(number => number > this.at);
    if (later < 0) await this.put(numbers[0]);
    let [place, before] = [Math.max(0, later - 1), performance.now()];
    const begun = later > 0 ? place : 0;
    let gone = 0;
    while (this.playing === token && place < numbers.length - 1) {
      const now = await new Promise(requestAnimationFrame);
      const pace = numbers === this.film.rows ? 2 * this.film.pace : this.film.pace;
      gone += (Math.min(250, Math.max(0, now - before)) * this.speed.value) / pace;
      before = now;
      const wanted = Math.min(numbers.length - 1, begun + Math.floor(gone));
      if (this.playing === token && wanted > place) {
        place = wanted;
        await this.put(numbers[place]);
      }
    }
    if (this.playing !== token) return;
    this.stop();
    this.rest();
  }

  stop() {
    this.playing = undefined;
    this.play.innerHTML = sign("play");
  }

  pressed(event) {
    const { at, end } = this;
    const row = this.film.rows.find(number => number > at) ?? end;
    const keys = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowDown: row, Home: 0, End: end };
    const to = keys[event.key];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (to === undefined || !plain || event.target.closest?.(TYPED)) return;
    event.preventDefault();
    this.go(to);
  }

  remove() {
    this.stop();
    clearTimeout(this.waiting);
    document.removeEventListener("keydown", this.key);
  }
}
