// Scenarios, if–then cards, the law map: what lesson.js does for questions, for these.

// --- A scenario: each scene opens what its choice leads to; "again" goes back to it.
function play(box) {
  const form = box.closest("form");
  const scenes = new Map([...box.querySelectorAll("[data-scene]")].map((scene) => [scene.dataset.scene, scene]));
  const lead = (label) => scenes.get(label?.dataset.leads);
  for (const scene of scenes.values()) {
    const field = scene.querySelector(".q"), button = scene.querySelector("button.act");
    if (!field) continue;
    const { show, again } = trying(field, button);
    // Enter would press the form's first button, which is another scene's.
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      button.click();
    });
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (again()) return;
      const input = field.querySelector(":checked");
      if (!input) { inputs(field)[0].focus(); return; }
      const label = input.parentElement, next = lead(label);
      reveal(field, input.value, label.hasAttribute("data-right"));
      show();
      send(form, values(form));
      if (next) next.hidden = false;
      if (label.dataset.leads === "end") answered(form);
      const why = field.querySelector(".why");
      why.tabIndex = -1;
      why.focus({ preventScroll: true });
    });
  }
}

// --- An if–then card: joined here, kept on this device only when she asks, never sent.
function join(card) {
  const shown = card.querySelector(".kept-card"), sentence = shown.querySelector(".sentence");
  const keep = shown.querySelector("[data-keep]"), drop = shown.querySelector("[data-drop]");
  const place = `if-then ${location.pathname.split("/").slice(2).join("/")} ${card.dataset.card}`;
  const words = keep.textContent;
  const half = (set) => {
    const own = set.querySelector(".field input").value.trim();
    return own || set.querySelector(":checked")?.parentElement.textContent.trim() || "";
  };
  const store = (deed) => { try { return deed(localStorage); } catch { return null; } };
  const draw = (kept) => {
    const [one, two] = [...card.querySelectorAll(".half")].map(half);
    sentence.textContent = one && two ? `${one.replace(/[,.…\s]+$/, "")}, ${two}` : kept ?? "";
    shown.hidden = !sentence.textContent;
    const same = store((kept) => kept.getItem(place)) === sentence.textContent && sentence.textContent;
    keep.disabled = Boolean(same);
    keep.textContent = same ? keep.dataset.keep : words;
    drop.hidden = !store((kept) => kept.getItem(place));
  };
  card.addEventListener("input", () => draw());
  keep.addEventListener("click", () => { store((kept) => kept.setItem(place, sentence.textContent)); draw(sentence.textContent); });
  drop.addEventListener("click", () => { store((kept) => kept.removeItem(place)); draw(); });
  draw(store((kept) => kept.getItem(place)));
}

for (const box of page.querySelectorAll(".playing .scenes")) play(box);
for (const form of page.querySelectorAll(".playing")) form.addEventListener("submit", (event) => event.preventDefault());
for (const card of page.querySelectorAll(".if-then[data-card]")) join(card);
for (const link of page.querySelectorAll("[data-print]")) link.addEventListener("click", () => setTimeout(print));

// Two countries at most: the one that was opened first makes room.
for (const map of page.querySelectorAll(".map")) {
  const open = [...map.querySelectorAll(".tick:checked")];
  map.addEventListener("change", ({ target }) => {
    if (target.checked) open.push(target);
    else open.splice(open.indexOf(target), 1);
    if (open.length > 2) open.shift().checked = false;
    if (target.checked && open.length === 1) target.nextElementSibling.nextElementSibling.scrollIntoView({ block: "nearest" });
  });
}
