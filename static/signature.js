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
  const keep = () => { kept.value = JSON.stringify(strokes.filter((each) => each.length > 1)); };
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    const within = (value) => Math.max(0, Math.min(1000, Math.round(value * 1000)));
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };
  const draw = () => line.setAttribute("points", stroke.map(([x, y]) => `${x},${y * 0.36}`).join(" "));
  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    stroke = [point(event)];
    strokes.push(stroke);
    line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    pad.append(line);
    draw();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    stroke.push(point(event));
    draw();
    keep();
  });
  ["pointerup", "pointercancel"].forEach((name) => pad.addEventListener(name, () => { stroke = null; keep(); }));
  form.querySelector("[data-pad-clear]").addEventListener("click", () => {
    strokes.length = 0;
    pad.replaceChildren();
    keep();
  });
})();
