// One Plotly chart that stays on the page. New numbers are drawn into the old picture, so that zoom,
// legend and pointer survive, and a change costs one drawing. Streamlit's own chart is thrown away
// and drawn twice whenever its figure changes.

const HEIGHT = 450; // pixels, of a figure that names none
const TOUCH = matchMedia("(hover: none)").matches;
const charts = new WeakMap(); // from the element that Streamlit gives to its chart
const utf8 = new TextDecoder();
let library;

// One step of a person is one place of the history. Streamlit makes two of a page that is given its
// settings as it opens, by its own order of path and query: the page without them, or these settings
// at the path of the page before. Going back would lead there, not to where somebody came from.
if (!history.pushState.whole) {
  const push = history.pushState.bind(history);
  const MEANT = 5000; // milliseconds after which a change of the path is another step
  let half; // the last change of a query alone: when, to which one, and what stood there before
  addEventListener("popstate", () => (half = undefined));
  const whole = (state, title, address) => {
    const [here, next] = [new URL(location.href), new URL(address ?? location.href, location.href)];
    const before = half && performance.now() - half.when < MEANT ? half : undefined;
    half = undefined;
    if (next.pathname === here.pathname) {
      const bare = !here.search && next.search ? here.href : "";
      half = { when: performance.now(), query: next.search, bare };
      return bare ? history.replaceState(state, title, address) : push(state, title, address);
    }
    if (before?.query && before.query === next.search && before.query === here.search) {
      if (!before.bare) return history.replaceState(state, title, address);
      history.replaceState(state, title, before.bare);
    }
    return push(state, title, address);
  };
  history.pushState = Object.assign(whole, { whole: true });
}

function plotly(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => {
      // A film that is paused or replaced rejects a promise that only Plotly holds, with nothing.
      addEventListener("unhandledrejection", event => {
        if (event.reason === undefined) event.preventDefault();
      });
      resolve(window.Plotly);
    };
    script.onerror = () => {
      library = undefined; // the next figure tries again
      script.remove();
      reject(new Error("The drawing library could not be loaded. Reload the page."));
    };
    document.head.append(script);
  });
  return library;
}

function translucent(colour, alpha) {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
  return Number.isNaN(blue) ? colour : `rgba(${red},${green},${blue},${alpha})`;
}

// How many times as large as usual the page's letters are: more in presenter mode.
function larger() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

// What a figure leaves open, in the colours and letters of the page around it.
function template(element) {
  const style = getComputedStyle(element);
  const of = name => style.getPropertyValue(`--st-${name}`).trim();
  const [ink, paper, family] = [of("text-color"), of("background-color"), of("font")];
  const [soft, line] = [translucent(ink, 0.72), translucent(ink, 0.16)];
  const [letters, title] = [12 * larger(), 14 * larger()]; // pixels; a legend keeps room for them
  const small = { color: soft, size: letters };
  const axis = {
    automargin: true,
    gridcolor: line,
    linecolor: line,
    tickcolor: line,
    tickfont: small,
    zerolinecolor: line,
    minor: { gridcolor: line },
    title: { font: { color: soft, size: title } },
  };
  const bar = { outlinewidth: 0, tickfont: small, title: { font: small } };
  const scene = { ...axis, automargin: undefined, backgroundcolor: paper, showbackground: false };
  return {
    data: {
      heatmap: [{ colorbar: bar }],
      contour: [{ colorbar: bar }],
      scatter: [{ marker: { colorbar: bar } }],
      surface: [{ colorbar: bar }],
    },
    layout: {
      font: { color: soft, family, size: letters },
      title: { font: { color: ink, size: 16, weight: 600 }, x: 0, xanchor: "left", pad: { l: 4 } },
      legend: { font: { color: ink, size: letters }, title: { font: small } },
      paper_bgcolor: paper,
      plot_bgcolor: paper,
      xaxis: { ...axis, showgrid: false, zeroline: false, title: { ...axis.title, standoff: 12 } },
      yaxis: { ...axis, title: { ...axis.title, standoff: 14 } },
      scene: { xaxis: scene, yaxis: scene, zaxis: scene },
      margin: { pad: 8, l: 0, r: 0 },
      coloraxis: { colorbar: bar },
      sliderdefaults: { bgcolor: line, bordercolor: soft, tickcolor: soft, activebgcolor: soft },
      hoverlabel: { bgcolor: paper, bordercolor: line, font: { color: ink, family, size: letters } },
    },
  };
}

// The palette's TEXT stands for the ink of the page, which is dark on light and light on dark.
const TEXT = "#010203";
function inked(item, ink) {
  if (item === TEXT) return ink;
  if (typeof item !== "object" || !item || ArrayBuffer.isView(item)) return item;
  if (Array.isArray(item)) return item.map(one => inked(one, ink));
  return Object.fromEntries(Object.entries(item).map(([name, one]) => [name, inked(one, ink)]));
}

// A figure may say what is different where there is little room for it: `layout.meta.narrow`, of
// its layout and of its data.
function isNarrow({ meta }, width) {
  return Boolean(meta?.narrow && width < meta.narrow.below);
}

// What `other` names replaces what `one` says of it; lists go item by item.
function merged(one, other) {
  if (typeof other !== "object" || typeof one !== "object" || !one) return other ?? one;
  const all = Array.isArray(one) ? [...one] : { ...one };
  for (const name in other) all[name] = merged(one[name], other[name]);
  return all;
}

// A film that fits stands on the screen together with what moves it, and with what is above it.
const LEAST = 340;
const AROUND = 400;

const FULLSCREEN = {
  width: 24,
  height: 24,
  path: "M3 3h7v2H5v5H3zM14 3h7v7h-2V5h-5zM3 14h2v5h5v2H3zM19 14h2v7h-7v-2h5z",
};

class Chart {
  constructor(parent) {
    this.frame = document.createElement("div");
    this.frame.className = "blindspot-chart";
    this.frame.setAttribute("role", "figure");
    this.plot = document.createElement("div");
    this.frame.append(this.plot);
    this.film = new Transport(this.frame, at => this.show(at));
    parent.append(this.frame);
    this.width = this.frame.clientWidth;
    // Asking the page for a width while it changes would lay all of it out once more.
    this.observer = new ResizeObserver(entries => {
      this.width = entries.at(-1).contentRect.width;
      this.fit();
    });
    this.observer.observe(this.frame);
  }

  take(text, setTriggerValue) {
    if (text === this.text && this.listens) { // the page around it has changed, as its colours
      this.wanted ??= this.shown;
      this.draw();
      return;
    }
    this.text = text;
    this.inked = text.includes(TEXT);
    const { figure, alt, image, address, clickable, reports } = JSON.parse(text);
    this.click = clickable && (point => setTriggerValue("click", point));
    this.report = reports && (at => setTriggerValue("place", at));
    this.wanted = figure;
    this.address = address;
    this.plot.style.minHeight = `${this.fitting(figure).height}px`; // nothing jumps while it loads
    this.frame.setAttribute("aria-label", alt);
    this.config ??= {
      displaylogo: false,
      modeBarButtonsToRemove: ["lasso2d", "select2d", "sendChartToCloud"],
      modeBarButtonsToAdd: [
        { name: "fullscreen", title: "Fullscreen", icon: FULLSCREEN, click: () => this.fill() },
      ],
      toImageButtonOptions: image,
    };
    this.draw();
  }

  // The layout for the room that there is.
  fitting({ layout }) {
    const { width } = this;
    const narrow = isNarrow(layout, width);
    const fitted = narrow ? merged(layout, layout.meta.narrow.layout) : { ...layout };
    if (TOUCH && !fitted.scene) fitted.dragmode ??= false; // a finger scrolls the page
    const full = document.fullscreenElement === this.frame;
    const wanted = fitted.height ?? HEIGHT;
    const height = full
      ? this.frame.clientHeight - this.film.row.offsetHeight
      : layout.meta?.film?.fits && !narrow
        ? Math.max(LEAST, Math.min(wanted, window.innerHeight - AROUND))
        : wanted;
    return Object.assign(fitted, { width, height });
  }

  // One drawing at a time; what came in the meantime is drawn next, and only the newest of it.
  async draw() {
    if (this.drawing) return;
    this.drawing = true;
    try {
      const Plotly = await plotly(this.address);
      while (this.wanted && this.width) {
        const { data } = (this.shown = this.wanted);
        const layout = this.fitting(this.wanted);
        this.wanted = undefined;
        this.narrow = isNarrow(layout, layout.width);
        const wanted = this.narrow ? merged(data, layout.meta.narrow.data) : data;
        const ink = getComputedStyle(this.frame).getPropertyValue("--st-text-color").trim();
        // What names no such colour stays the very object that it is, and is not drawn anew.
        const traces = this.inked
          ? wanted.map(trace => ({ ...trace, ...this.coloured(trace, ink) }))
          : wanted;
        this.plot.style.minHeight = `${layout.height}px`;
        layout.template = template(this.frame);
        this.letters = larger();
        // A film that still plays would draw old frames into the new picture.
        const film = layout.meta?.film;
        const stays = film && film === this.film.film; // only the page around it has changed
        stays ? this.film.stop() : this.film.take(film, this.report);
        await this.showing;
        await Plotly.react(this.plot, { data: traces, layout, config: this.config });
        if (stays) await this.show(this.film.at);
        if (!this.listens) {
          this.listens = true;
          this.plot.on("plotly_click", event => this.tell(event.points[0]));
        }
      }
    } catch (error) {
      this.plot.textContent = error.message;
      console.error(error);
    } finally {
      this.drawing = false;
    }
  }

  coloured({ line, marker }, ink) {
    return { ...(line && { line: inked(line, ink) }), ...(marker && { marker: inked(marker, ink) }) };
  }

  tell(point) {
    if (!this.click || !point) return;
    const custom = point.customdata ?? [];
    const many = Array.isArray(custom) || ArrayBuffer.isView(custom);
    const number = value => (Number.isFinite(value) ? value : 0);
    this.click({ x: number(point.x), y: number(point.y), custom: many ? [...custom] : [custom] });
  }

  // A frame of the film into the picture.
  show(at) {
    const { frames, layout } = this.shown;
    const frame = { duration: 0, redraw: layout.meta.film.redraw };
    const how = { frame, transition: { duration: 0 }, mode: "immediate" };
    this.showing = window.Plotly.animate(this.plot, frames[at], how).catch(() => {});
    return this.showing;
  }

  fit() {
    if (this.wanted) {
      this.draw();
    } else if (this.listens && this.width) {
      const { width, height } = this.fitting(this.shown);
      const now = this.plot._fullLayout;
      if (isNarrow(this.shown.layout, width) !== this.narrow || larger() !== this.letters) {
        this.wanted = this.shown;
        this.draw();
      } else if (now && (now.width !== width || now.height !== height)) {
        window.Plotly.relayout(this.plot, { width, height });
      }
    }
  }

  fill() {
    document.fullscreenElement ? document.exitFullscreen() : this.frame.requestFullscreen();
  }

  remove() {
    this.observer.disconnect();
    this.film.remove();
    if (this.listens) window.Plotly.purge(this.plot);
  }
}

// A switch that keeps the focus swallows the keys that a presenter's remote sends next.
const SWITCH = ".st-key-presenter";
addEventListener("click", ({ detail, target }) => {
  if (!detail || !target.closest?.(SWITCH)) return; // of a keyboard: the focus is where it was put
  setTimeout(() => document.activeElement?.closest(SWITCH) && document.activeElement.blur(), 100);
}, true);

export default function ({ data, parentElement, setTriggerValue }) {
  if (typeof data === "string") {
    plotly(data).catch(() => {}); // an address alone: whoever draws will ask again, and say so
    return;
  }
  if (!charts.has(parentElement)) charts.set(parentElement, new Chart(parentElement));
  const chart = charts.get(parentElement);
  chart.take(utf8.decode(data), setTriggerValue);
  return () => {
    if (parentElement.isConnected) return; // replaced by a newer figure, not gone
    chart.remove();
    charts.delete(parentElement);
  };
}
