// Pen strokes as points in thousandths of the box, kept in the form's own field at once: nothing asynchronous may touch
// a signature, or it could land under another record.
(() => {
  "use strict";
  const pad = document.querySelector("[data-pad]");
  if (!pad) return;
  const form = pad.closest("form");
  const kept = form.elements[pad.dataset.pad];
  const strokes = [];
  let stroke = null;
  let line = null;
  const shown = pad.closest("[data-pad-field]");
  if (shown) shown.hidden = false;
  const keep = () => { kept.value = JSON.stringify(strokes.filter((each) => each.length > 1)); };
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    const within = (value) => Math.max(0, Math.min(1000, Math.round(value * 1000)));
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };
  const draw = (points) => line.setAttribute("points", points.map(([x, y]) => `${x},${y * 0.36}`).join(" "));
  const begin = (points) => {
    strokes.push(points);
    line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    pad.append(line);
    draw(points);
  };
  try { // what a refused page brought back is shown again
    JSON.parse(kept.value || "[]").forEach(begin);
  } catch { /* unreadable: the pad begins empty */ }
  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    stroke = [point(event)];
    begin(stroke);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    stroke.push(point(event));
    draw(stroke);
    keep();
  });
  ["pointerup", "pointercancel"].forEach((name) => pad.addEventListener(name, () => { stroke = null; keep(); }));
  form.querySelector("[data-pad-clear]").addEventListener("click", () => {
    strokes.length = 0;
    pad.replaceChildren();
    keep();
  });
})();
