// Help opens beside the page: no request, no new address, no entry in the history. Escape gives the focus back.
const help = document.getElementById("help");

if (help) {
  const close = help.querySelector(".panel-close");
  let from = null;

  const shut = (back) => {
    if (!from) return;
    help.classList.remove("sheet");
    help.open = false;
    close.hidden = true;
    if (back) from.focus({ preventScroll: true });
    from = null;
  };
  const show = (link) => {
    from = link;
    help.classList.add("sheet");
    help.open = true;
    close.hidden = false;
    help.scrollTop = 0;
    help.querySelector("h2").focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href="#help"]');
    if (link) {
      event.preventDefault();
      if (from) shut(true);
      else show(link);
    } else if (!help.contains(event.target)) {
      shut(false);
    }
  });
  // A press on the link would move the focus there first, which closes the sheet, and the click would open it again.
  document.addEventListener("mousedown", (event) => {
    if (from && event.target.closest('a[href="#help"]')) event.preventDefault();
  });
  close.addEventListener("click", () => shut(true));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut(true);
  });
  // The sheet covers part of the page: when the focus leaves it, it goes, so that nothing focused is hidden.
  document.addEventListener("focusin", (event) => {
    if (from && !help.contains(event.target)) shut(false);
  });
}
