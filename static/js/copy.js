// A code with one press on the clipboard, and a print button; both stay hidden where the browser cannot do it.
for (const box of document.querySelectorAll("[data-copy]")) {
  const button = box.querySelector("button");
  const words = button.querySelector("span");
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.dataset.copy);
      words.textContent = button.dataset.copied;
    } catch {
      words.textContent = button.dataset.failed;
    }
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
