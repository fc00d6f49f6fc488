// Comforts only: every page works without this file. No library, no network, nothing stored but the switch for keys.
(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const one = (selector, root = document) => root.querySelector(selector);
  const say = (name, count) => (document.body.dataset[name] || "#").replace("#", count);

  // A refused form: the summary gets the focus, its links put the cursor into the field.
  const summary = one(".errors[role=alert]");
  if (summary) summary.focus();
  all(".errors a[href^='#']").forEach((link) => link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  }));

  // Leaving with unsaved input asks once.
  all("form[data-guard]").forEach((form) => {
    let dirty = Boolean(summary);
    form.addEventListener("input", () => { dirty = true; });
    form.addEventListener("submit", () => { dirty = false; });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  });

  // The paper beside a form says what is being written.
  all("[data-echo]").forEach((shown) => all(`[name="${shown.dataset.echo}"]`).forEach((field) => field.addEventListener("input", () => {
    shown.textContent = field.value.trim() || shown.dataset.empty || "";
  })));

  // Work that takes long: the pressed button says so and cannot be pressed twice.
  all("form[data-busy]").forEach((form) => form.addEventListener("submit", () => {
    all("button", form).forEach((button) => { button.setAttribute("aria-busy", "true"); setTimeout(() => { button.disabled = true; }); });
  }));

  // How much may still be written, said when it becomes scarce.
  all("textarea[data-most]").forEach((area) => {
    const most = Number(area.dataset.most);
    if (!most) return;
    const left = document.createElement("p");
    left.className = "form-text count-left";
    left.setAttribute("role", "status");
    area.after(left);
    const show = () => {
      const rest = most - Array.from(area.value.trim()).length;
      left.textContent = rest < most * 0.2 ? (rest < 0 ? say("sayOver", -rest) : say("sayLeft", rest)) : "";
      left.classList.toggle("text-danger-2", rest < 0);
    };
    area.addEventListener("input", show);
    show();
  });

  // One more row: the last one copied, emptied and numbered on.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const body = one(`${button.dataset.add || "[data-rows]"} tbody`, button.closest("form") || document);
    const last = body && body.lastElementChild;
    if (!last) return;
    event.preventDefault();
    const next = last.cloneNode(true);
    const renumber = (text) => text.replace(/-(\d+)(-|$)/, (_, number, end) => `-${Number(number) + 1}${end}`);
    all("[id],[name],[for],[aria-describedby]", next).forEach((node) => {
      ["id", "name", "for"].forEach((key) => { if (node.hasAttribute(key)) node.setAttribute(key, renumber(node.getAttribute(key))); });
      node.removeAttribute("aria-describedby");
      node.removeAttribute("aria-invalid");
    });
    all(".field-error", next).forEach((node) => node.remove());
    all("input,select,textarea", next).forEach((node) => {
      if (node.type === "checkbox" || node.type === "radio") node.checked = false;
      else if (node.tagName === "SELECT") node.selectedIndex = 0;
      else node.value = "";
    });
    body.append(next);
    const first = one("input:not([type=hidden]),select,textarea", next);
    if (first) first.focus();
  });

  // Ticking rows: all of the page, how many are ticked, and the bar that comes with the first tick.
  const boxes = all("[data-pick]");
  const bar = one("[data-batch]");
  const rest = bar && one("[data-pick-rest]", bar);
  const counted = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all("[data-count]").forEach((node) => { node.textContent = say("sayPicked", ticked); });
    all("[data-pick-all]").forEach((whole) => { whole.checked = ticked === boxes.length; whole.indeterminate = ticked > 0 && ticked < boxes.length; });
    boxes.forEach((box) => { box.closest("tr").classList.toggle("ticked", box.checked); });
    if (rest && !ticked) rest.checked = false;
    if (bar) bar.hidden = !ticked;
  };
  all("[data-pick-all]").forEach((whole) => {
    whole.hidden = false;
    whole.addEventListener("change", () => { boxes.forEach((box) => { box.checked = whole.checked; }); counted(); });
  });
  boxes.forEach((box) => box.addEventListener("change", counted));
  if (bar) bar.classList.add("batch-live");
  if (boxes.length) { counted(); addEventListener("pageshow", counted); }

  // A form that carries files is looked through before it is sent: a browser forgets chosen files with a refused page.
  all("form[enctype='multipart/form-data']").forEach((form) => form.addEventListener("submit", (event) => {
    const files = all("input[type=file]", form).some((input) => input.files.length);
    if (files && !form.reportValidity()) event.preventDefault();
  }));

  // What was chosen or taken: each shot is kept beside those before it, shown small, and can be left out again.
  // The pictures are drawn here; the originals are what is sent.
  const thumbnail = async (file) => {
    const bitmap = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    const scale = 192 / Math.max(bitmap.width, bitmap.height);
    canvas.width = Math.max(1, bitmap.width * scale);
    canvas.height = Math.max(1, bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const image = new Image();
    image.alt = "";
    image.src = canvas.toDataURL("image/jpeg", 0.7);
    return image;
  };
  all("input[data-preview]").forEach((input) => {
    const list = document.createElement("ul");
    list.className = "photos previews";
    list.tabIndex = 0;
    list.setAttribute("aria-label", input.labels[0] ? input.labels[0].textContent.trim() : "");
    input.after(list);
    let kept = [];
    const show = () => {
      const carried = new DataTransfer();
      kept.forEach((file) => carried.items.add(file));
      input.files = carried.files;
      list.replaceChildren(...kept.map((file) => {
        const item = document.createElement("li");
        thumbnail(file).then((image) => item.prepend(image)).catch(() => { /* not a picture: the name says enough */ });
        const drop = document.createElement("button");
        drop.type = "button";
        drop.className = "btn btn-quiet";
        drop.textContent = document.body.dataset.sayDrop || "×";
        drop.setAttribute("aria-label", `${drop.textContent} ${file.name}`);
        drop.addEventListener("click", () => { kept = kept.filter((each) => each !== file); show(); input.focus(); });
        item.append(file.name, drop);
        return item;
      }));
    };
    input.addEventListener("change", () => {
      const chosen = Array.from(input.files);
      const same = (one, two) => one.name === two.name && one.size === two.size && one.lastModified === two.lastModified;
      kept = input.multiple ? [...kept, ...chosen.filter((file) => !kept.some((each) => same(each, file)))] : chosen;
      show();
    });
  });

  // Printing needs a script, so its button appears only with one.
  all("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => print()); });

  // A drop closes when one looks elsewhere.
  document.addEventListener("click", (event) => all("details.drop[open]").forEach((drop) => { if (!drop.contains(event.target)) drop.open = false; }));

  // Keys: / search, j k rows, x tick, e open, ? the list of keys. A switch on the help page turns them off.
  let keys = true;
  try { keys = localStorage.getItem("keys") !== "off"; } catch { /* storage is closed: keys stay on */ }
  all("[data-keys-switch]").forEach((box) => {
    box.checked = keys;
    box.addEventListener("change", () => { keys = box.checked; try { localStorage.setItem("keys", keys ? "on" : "off"); } catch { /* for this page only */ } });
  });
  const rows = () => all("main table[data-keys] > tbody > tr, main .table-cards > tbody > tr").filter((row) => one("th a, td a", row));
  const here = () => rows().findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const list = rows();
    if (!list.length) return;
    const at = here();
    const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + step))];
    one("th a, td a", next).focus();
  };
  const acts = {
    "/": () => { const box = one("[data-key='/']"); if (box && box.offsetParent) box.focus(); else return false; },
    j: () => go(1),
    k: () => go(-1),
    x: () => { const row = rows()[here()]; const box = row && one("[data-pick]", row); if (box) box.click(); else return false; },
    e: () => { const row = rows()[here()]; const link = row && (one("[data-edit]", row) || one("th a, td a", row)); if (link) link.click(); else return false; },
    "?": () => { location.assign("/help#keys"); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      all("details.drop[open]").forEach((drop) => { drop.open = false; one("summary", drop).focus(); });
      if (location.hash === "#menu") { location.hash = "#main"; const opener = one(".bar-menu"); if (opener) opener.focus(); }
      return;
    }
    if (!keys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]),select,textarea,[contenteditable]")) return;
    if (acts[event.key] && acts[event.key]() !== false) event.preventDefault();
  });
})();
