"""A board to draw on: strokes become a picture of the size that the network takes."""

import base64

import streamlit as st

from dashboard.core.words import say
from engine.topics.explain_images.pictures.uploads import Picture, of_grey

HTML = """
<div class="board">
  <canvas width="280" height="280" tabindex="0"></canvas>
  <div class="row">
    <button class="clear" type="button"></button>
    <label><span class="thick"></span> <input type="range" min="6" max="60" value="22"></label>
  </div>
</div>
"""
CSS = """
.board {display: flex; flex-direction: column; gap: 0.5rem; width: 280px}
canvas {border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
  touch-action: none; cursor: crosshair; background: #000}
.row {display: flex; gap: 1rem; align-items: center; font-family: var(--st-font);
  color: var(--st-text-color); font-size: 0.85rem}
button {padding: 0.3rem 0.8rem; border-radius: var(--st-base-radius); cursor: pointer;
  border: 1px solid var(--st-border-color); background: var(--st-background-color);
  color: var(--st-text-color); font: inherit}
"""
JS = """
export default function ({ parentElement, data, setStateValue }) {
  const canvas = parentElement.querySelector("canvas"), pen = canvas.getContext("2d");
  const width = parentElement.querySelector("input");
  const clear = parentElement.querySelector(".clear");
  canvas.setAttribute("aria-label", data.label);
  clear.textContent = data.clear;
  parentElement.querySelector(".thick").textContent = data.thick;
  if (!canvas.dataset.ready) { pen.fillRect(0, 0, 280, 280); canvas.dataset.ready = "1"; }
  pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = "#fff";
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    return [x * 280 / box.width, y * 280 / box.height];
  };
  // Left, top, width and height of the part that is shown: the whole board, or the drawing with
  // its centre of mass in the middle and its longer side as long as in the network's own pictures.
  const middle = () => {
    const ink = pen.getImageData(0, 0, 280, 280).data;
    let [left, top, right, bottom, mass, x, y] = [280, 280, 0, 0, 0, 0, 0];
    for (let i = 0; i < 280 * 280; i++) if (ink[4 * i] > 40) {
      const column = i % 280, row = Math.floor(i / 280);
      [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
      mass += ink[4 * i]; x += ink[4 * i] * (column + 0.5); y += ink[4 * i] * (row + 0.5);
    }
    if (!data.fills || !mass) return [0, 0, 280, 280];
    const side = Math.max(right - left, bottom - top, 20) / data.fills;
    const [u, v] = data.fills < 1 ? [x / mass, y / mass] : [(left + right) / 2, (top + bottom) / 2];
    return [u - side / 2, v - side / 2, side, side];
  };
  const send = () => {
    const small = document.createElement("canvas");
    small.width = data.width; small.height = data.height;
    const shrink = small.getContext("2d");
    shrink.imageSmoothingQuality = "high";
    shrink.fillRect(0, 0, data.width, data.height);
    shrink.drawImage(canvas, ...middle(), 0, 0, data.width, data.height);
    const pixels = shrink.getImageData(0, 0, data.width, data.height).data;
    let grey = "";
    for (let i = 0; i < pixels.length; i += 4) grey += String.fromCharCode(pixels[i]);
    setStateValue("grey", btoa(grey));
  };
  let last = null;
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    canvas.onpointermove(event);
  };
  canvas.onpointermove = (event) => {
    if (!last) return;
    const now = at(event);
    pen.lineWidth = Number(width.value);
    pen.beginPath(); pen.moveTo(...last); pen.lineTo(now[0] + 0.01, now[1]); pen.stroke();
    last = now;
  };
  canvas.onpointerup = canvas.onpointercancel = () => { if (last) { last = null; send(); } };
  clear.onclick = () => { pen.fillRect(0, 0, 280, 280); setStateValue("grey", ""); };
}
"""
_board = st.components.v2.component("blindspot_canvas", html=HTML, css=CSS, js=JS)


def canvas(shape: tuple[int, int, int], fills: float = 0) -> Picture | None:
    """(C, H, W) float32 in 0..1, white on black, the same in every channel; None while empty.

    Args:
        fills: share of the side that the drawing is given, put into the middle, as the digits of
            MNIST were (LeCun, Bottou, Bengio and Haffner 1998, III.A); 0: it stays where it is.
    """
    _, height, width = shape
    words = {name: say(f"explain_images.canvas_{name}") for name in ("label", "clear", "thick")}
    drawn = _board(
        key=f"images_canvas_{height}x{width}",
        data={"height": height, "width": width, "fills": fills, **words},
        on_grey_change=lambda: None,
    )
    return read_grey(drawn.grey or "", shape)


def read_grey(text: str, shape: tuple[int, int, int]) -> Picture | None:
    """What the board sends: base64 of one byte a pixel, row by row. None where it is not that."""
    _, height, width = shape
    try:
        values = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    if len(values) != height * width or not any(values):
        return None
    return of_grey(values, shape)
