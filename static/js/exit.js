// Exit: one press, or Shift three times within two seconds, empties the page before anything is asked of the network.
// Without this script the same link still leaves; the server then does all of it.
const root = document.documentElement;
const link = document.querySelector("[data-exit]");

function leave(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const to = link.href;
  window.speechSynthesis?.cancel();
  window.stop();
  for (let timer = setTimeout(() => {}, 0); timer > 0; timer -= 1) clearTimeout(timer);
  const head = document.createElement("head");
  const title = document.createElement("title");
  title.textContent = root.dataset.site;
  const icon = document.querySelector("link[rel=icon]");  // without it the browser would ask for one
  head.append(title, ...(icon ? [icon] : []));
  root.replaceChildren(head, document.createElement("body"));
  history.replaceState(null, "", root.dataset.home);
  location.replace(to);
}

if (link) {
  let presses = [];
  // In the capture phase and on the window: nothing that is open, and no other script, comes before it.
  window.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-exit]")) leave(event);
  }, true);
  window.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < 2000), event.timeStamp];
    if (presses.length === 3) leave(event);
  }, true);
}

// A page that the browser kept and shows again: cover it first, then ask the server whether it may be seen.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  root.hidden = true;
  location.reload();
});
