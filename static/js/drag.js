// Lines dragged to their turn, cards into their place: by mouse or pen; a finger scrolls, so it taps or takes the grip.

// What `start` gives for a press goes along with the pointer (move) until it is let go (end: true where that counts).
let held = null;

function grab(box, start) {
  box.addEventListener("pointerdown", (event) => {
    if (held || event.button || event.target.closest("button, a, label, input")) return;
    if (event.pointerType === "touch" && !event.target.closest(".grip")) return;
    held = { box, ...start(event) };
    box.classList.add("lifted");
  });
  // A press would mark words as it moves; a double one still marks the word it is on.
  box.addEventListener("mousedown", (event) => { if (held && event.detail < 2) event.preventDefault(); });
}

addEventListener("pointermove", (event) => held?.move(event));
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => {
  if (!held) return;
  held.box.classList.remove("lifted");
  held.end(end === "pointerup");
  held = null;
});

// --- A card and the cells beneath it: where it is dropped counts as if that cell were pressed.
function carry(row) {
  const card = row.querySelector("legend");
  card.classList.add("loose");
  grab(card, (from) => {
    let over = null;
    const reach = (cell) => { over?.classList.remove("over"); over = cell; over?.classList.add("over"); };
    return {
      move({ clientX, clientY }) {
        card.style.translate = `${clientX - from.clientX}px ${clientY - from.clientY}px`;
        const cell = document.elementFromPoint(clientX, clientY)?.closest("label");
        reach(cell && row.contains(cell) ? cell : null);
      },
      end(counts) {
        card.style.translate = "";
        const cell = over;
        reach(null);
        if (counts) cell?.click();
      },
    };
  });
}

// --- An ordering: rows move by button or by drag; their places are the radio buttons beneath, which work without us.
// Gives the function that starts it: places are as the rows stand.
function order(form) {
  const rows = () => [...form.querySelectorAll(".q")];
  const settle = () => rows().forEach((row, n, all) => {
    row.querySelectorAll("input")[n].checked = true;
    row.querySelector(".n").textContent = n + 1;
    const [up, down] = row.querySelectorAll(".moves button");
    up.disabled = n === 0;
    down.disabled = n === all.length - 1;
  });
  // The other row goes around this one: what is in a hand, or has the focus, stays where it is.
  const move = (row, by) => {
    const all = rows(), other = all[all.indexOf(row) + by];
    if (by < 0) row.after(other); else row.before(other);
    settle();
  };
  for (const row of rows()) {
    const moves = document.createElement("div"), grip = document.createElement("span");
    moves.className = "moves";
    grip.className = "grip";
    moves.append(...[[-1, form.dataset.up, "↑"], [1, form.dataset.down, "↓"]].map(([by, words, sign]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", `${words}: ${row.querySelector("legend").textContent.replace(/^\s*\d+/, "").trim()}`);
      button.addEventListener("click", () => {
        move(row, by);
        if (button.disabled) moves.querySelector(":enabled").focus();
      });
      return button;
    }), grip);
    row.querySelector(".cells").before(moves);
    grab(row, () => ({
      move({ clientY }) {
        const middle = (other) => { const { top, height } = other.getBoundingClientRect(); return top + height / 2; };
        const beside = (by) => { const all = rows(); return all[all.indexOf(row) + by]; };
        while (beside(-1) && clientY < middle(beside(-1))) move(row, -1);
        while (beside(1) && clientY > middle(beside(1))) move(row, 1);
      },
      end() {},
    }));
  }
  return () => { form.classList.add("moving"); settle(); };
}
