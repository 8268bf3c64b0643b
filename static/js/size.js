// Text size: four buttons. What she chooses is shown at once and kept in a cookie of this device; normal keeps nothing.
for (const box of document.querySelectorAll("[data-sizes]")) {
  const at = document.documentElement;
  const buttons = box.dataset.sizes.split("|").map((name, n) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", value: n ? n + 1 : "", textContent: "A" });
    button.setAttribute("aria-label", name);
    return button;
  });
  const draw = () => {
    for (const button of buttons) button.setAttribute("aria-pressed", button.value === (at.dataset.size ?? ""));
  };
  box.append(...buttons);
  box.hidden = false;
  box.addEventListener("click", ({ target }) => {
    if (!buttons.includes(target)) return;
    if (target.value) at.dataset.size = target.value;
    else delete at.dataset.size;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `size=${target.value}; Path=/; SameSite=Lax; Max-Age=${target.value ? 31536000 : 0}${secure}`;
    draw();
  });
  draw();
}
