// A quiz form is sent once. When the network is gone the page stays, says so, and the same press tries again.
for (const form of document.querySelectorAll("[data-once]")) {
  const button = form.querySelector("[data-saving]");
  const words = button.innerHTML;
  const note = document.getElementById("offline");
  const rest = () => { form.dataset.busy = ""; button.removeAttribute("aria-disabled"); button.innerHTML = words; };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.saving;
    if (note) note.hidden = true;
    const wake = setTimeout(rest, 8000);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!form.isConnected) return;  // Exit emptied the page
      if (answer.redirected) location.assign(answer.url);
      else form.submit();  // whatever it says, the server says it again to the same key, as a page
    } catch {
      clearTimeout(wake);
      rest();
      if (note) note.hidden = false;
    }
  });
}

for (const form of document.querySelectorAll(".sorting[data-once]")) {
  if (form.matches(".ordering")) order(form)();
  else form.querySelectorAll(".q").forEach(carry);
}
