// The lesson: an answer opens in place at once and is sent behind it; parts read are noted; the way on waits for both.
// Answers wait in memory only: the device may be shared.
const page = document.getElementById("lesson");
const place = document.getElementById("place");
const live = Boolean(place) && page.hasAttribute("data-send");
const blocks = [...page.querySelectorAll(".block")];

// --- What is sent: one post at a time, each tried with the same body until it is answered.
const queue = [];
let busy = false, leaving = null, pause = 5, timer = 0;

function tell(id, form) {
  for (const name of ["offline", "refused"]) {
    const note = document.getElementById(name);
    if (name === id && form !== place) form.after(note);
    note.hidden = name !== id;
    if (name === id && leaving) note.scrollIntoView({ block: "center" });
  }
}

function send(form, values) {
  if (!live) return;
  const waiting = queue.find((job) => job.form === form && !job.tried);
  if (waiting) waiting.values = values;
  else queue.push({ form, values, tried: false, renewed: false });
  run();
}

function refresh(form, headers) {
  const key = headers.get("X-Client-Key"), token = headers.get("X-CSRF");
  if (key) form.elements.key.value = key;
  if (token) for (const field of document.getElementsByName("csrf")) field.value = token;
  return Boolean(key);
}

async function post(job) {
  if (!job.tried) {
    for (const name of ["key", "csrf"]) job.values.set(name, job.form.elements[name].value);
    job.tried = true;
  }
  const answer = await fetch(location.pathname, {
    method: "POST", body: job.values, headers: { Accept: "application/json" }, keepalive: true,
    signal: AbortSignal.timeout?.(15000),
  });
  if (answer.status > 499 || answer.status === 408 || answer.status === 429) throw new Error("later");
  const renewed = refresh(job.form, answer.headers);
  if (answer.ok) tell("");
  else if (renewed && !job.renewed) { job.tried = false; job.renewed = true; return; }  // an old key: once more with a new one
  else tell("refused", job.form);
  queue.shift();
}

async function run() {
  clearTimeout(timer);
  if (busy || !place.isConnected) return;  // Exit empties the page: then nothing more is sent
  busy = true;
  try {
    while (queue.length && place.isConnected) { await post(queue[0]); pause = 5; }
    busy = false;
    if (leaving && place.isConnected) { leave(); }
  } catch {
    busy = false;
    tell("offline", queue[0].form);
    timer = setTimeout(run, pause * 1000);
    pause = Math.min(pause * 2, 60);
  }
}

const values = (form) => new URLSearchParams(new FormData(form));
addEventListener("online", run);

// --- Questions.
const inputs = (field) => [...field.querySelectorAll("input")];

function reveal(field, chosen, right) {
  field.dataset.chosen = chosen;
  field.dataset.ok = right ? "yes" : "no";
}

// The button below an answer: it checks, offers another try after a miss, and goes when all is right (with `around` it).
function trying(field, button, around = button) {
  const words = button.textContent;
  const show = () => {
    const { ok } = field.dataset;
    button.textContent = ok === "no" ? button.dataset.again : words;
    around.hidden = ok === "yes";
  };
  const forget = () => { delete field.dataset.chosen; delete field.dataset.ok; show(); };
  const again = () => {
    if (field.dataset.ok !== "no") return false;
    for (const input of inputs(field)) input.checked = false;
    forget();
    inputs(field)[0].focus();
    return true;
  };
  field.addEventListener("change", forget);
  show();
  return { show, again };
}

function ask(form) {
  const field = form.querySelector(".q"), button = form.querySelector(".act button");
  const { show, again } = trying(field, button, button.parentElement);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (again()) return;
    const picked = inputs(field).filter((input) => input.checked);
    if (!picked.length) { inputs(field)[0].focus(); return; }
    const right = inputs(field).every((input) => input.checked === input.parentElement.hasAttribute("data-right"));
    const focused = document.activeElement === button;
    reveal(field, picked.map((input) => input.value).join(" "), right);
    show();
    const why = field.querySelector(".why");
    if (focused && right) { why.tabIndex = -1; why.focus({ preventScroll: true }); }
    send(form, values(form));
    answered(form);
  });
}

function sort(form) {
  const rows = [...form.querySelectorAll(".q")], sum = form.querySelector(".sum");
  const again = sum.querySelector("button"), act = form.querySelector(".act");
  const start = form.matches(".ordering") ? order(form) : null;
  if (!start) rows.forEach(carry);
  let arrows = false;
  const count = () => {
    const done = rows.every((row) => row.dataset.chosen), right = rows.filter((row) => row.dataset.ok === "yes").length;
    const line = done ? sum.dataset.sum.replace("{n}", right) : "";
    const shown = sum.querySelector(".sum-line");
    if (shown.textContent !== line) shown.textContent = line;
    again.hidden = right === rows.length;
    return done;
  };
  const open = (row) => {
    const input = row.querySelector(":checked");
    if (!input || row.dataset.chosen === input.value) return;
    reveal(row, input.value, input.value === row.dataset.right);
    send(form, values(form));
    if (count()) answered(form);
  };
  // Arrow keys walk through the cells of a row: a row so chosen opens on Enter, the space bar or when she moves on.
  form.addEventListener("keydown", (event) => {
    arrows = event.key.startsWith("Arrow");
    if ((event.key === "Enter" || event.key === " ") && event.target.type === "radio") open(event.target.closest(".q"));
  });
  form.addEventListener("pointerdown", () => { arrows = false; });
  for (const row of rows) {
    row.addEventListener("change", () => { if (!arrows) open(row); });
    row.addEventListener("focusout", (event) => { if (!row.contains(event.relatedTarget)) open(row); });
  }
  const begin = () => {
    if (!rows.some((row) => row.dataset.chosen)) start?.();
    act.hidden = !form.matches(".moving");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.classList.remove("moving");
    act.hidden = true;
    rows.forEach(open);
  });
  again.addEventListener("click", () => {
    const wrong = start ? rows : rows.filter((row) => row.dataset.ok === "no");  // one line in its turn moves the others
    for (const row of wrong) {
      delete row.dataset.chosen; delete row.dataset.ok;
      for (const input of inputs(row)) input.checked = false;
    }
    count();
    begin();
    form.querySelector(start ? ".moves :enabled" : ".q:not([data-chosen]) input").focus();
  });
  begin();
  count();
}

// --- The place: which parts are done, where she is.
const fresh = new Set();
const passed = new Set(page.dataset.done.split(" ").filter(Boolean));
let here = "", later = 0;

function draw() {
  const bar = document.querySelector(".bar"), line = bar.querySelector(".progress-line");
  const text = page.dataset.part.replace("{n}", Math.min(passed.size + 1, blocks.length));
  [...line.children].forEach((piece, n) => {
    piece.className = n < passed.size ? "done" : n === passed.size ? "here" : "todo";
  });
  line.setAttribute("aria-label", text);
  bar.querySelector(".bar-place b").textContent = text;
}

function note() {
  place.elements.done.value = [...fresh].join(" ");
  place.elements.last.value = here;
}

function save() {
  clearTimeout(later);
  later = 0;
  if (!live || leaving || !(fresh.size || here)) return;
  note();
  send(place, values(place));
}

function saveSoon() { if (live && !later) later = setTimeout(save, 5000); }

function pass(block) {
  if (fresh.has(block.id)) return;
  passed.add(block.id);
  fresh.add(block.id);
  draw();
  saveSoon();
}

function answered(form) { pass(form.closest(".block")); }

// A block counts as read when its end has been in view for a second; one with a question when that is answered.
const timers = new Map();
const ends = new Map(blocks.map((block) => [block.lastElementChild, block]));
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(timers.get(target));
    if (isIntersecting) timers.set(target, setTimeout(() => {
      const block = ends.get(target), next = blocks[blocks.indexOf(block) + 1] ?? block;
      here = next.id;
      if (!block.querySelector(".question")) pass(block);
      saveSoon();
    }, 1000));
  }
}, { rootMargin: "0px 0px -73px" });
for (const end of ends.keys()) watch.observe(end);

for (const form of page.querySelectorAll(".question:not(.playing)")) (form.matches(".sorting") ? sort : ask)(form);

document.addEventListener("visibilitychange", () => { if (document.hidden && later) save(); });

function leave() {
  const button = leaving;
  note();
  place.removeEventListener("submit", hold);
  place.requestSubmit(button);
}

// The button posts by itself; it only waits until nothing else is on its way, so that no answer is lost.
function hold(event) {
  clearTimeout(later);
  note();
  if (!busy && !queue.length) return;
  event.preventDefault();
  leaving = event.submitter;
  run();
}
place?.addEventListener("submit", hold);

const stopped = page.dataset.place && document.getElementById(page.dataset.place);
if (stopped && stopped !== blocks[0]) {
  const sign = document.createElement("p");
  sign.className = "stopped";
  sign.textContent = page.dataset.stopped;
  stopped.prepend(sign);
}
