// Small previews of what a link leads to (docs/_ext/previews.py). A pointer or the keyboard's focus
// on a link shows one; so does a tap, which then offers the way there. Escape closes it.
{
  const WAIT = 250; // milliseconds, in which a pointer can pass, or reach the preview
  const kept = new Map(
    [...document.querySelectorAll("template[data-for]")].map((one) => [one.dataset.for, one]),
  );
  const box = document.createElement("div");
  box.id = "preview";
  box.hidden = true;
  box.tabIndex = -1;
  document.querySelector("main").append(box);
  let link = null; // whose preview is shown
  let tapped = false;
  let closing = false; // the focus goes back to a link, which shows nothing
  let pointer = "";
  let timer;

  const linkAt = (place) => {
    const found = place.closest?.("article a.reference.internal");
    return found && kept.has(found.getAttribute("href")) ? found : null;
  };

  const place = () => {
    if (!link) return;
    const at = link.getBoundingClientRect();
    const from = box.offsetParent.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    const above = at.top - box.offsetHeight - 4;
    const fits = at.bottom + box.offsetHeight + 4 < innerHeight;
    box.style.left = `${Math.max(8, Math.min(at.left, room)) - from.left}px`;
    box.style.top = `${(fits || above < 0 ? at.bottom + 4 : above) - from.top}px`;
  };

  const hide = () => {
    clearTimeout(timer);
    const [from, inside] = [link, box.contains(document.activeElement)];
    from?.removeAttribute("aria-describedby");
    box.hidden = true;
    link = null;
    closing = true;
    if (inside) from.focus({ preventScroll: true });
    closing = false;
  };

  const show = (from, byTap) => {
    clearTimeout(timer);
    if (link === from) return;
    hide();
    [link, tapped] = [from, byTap];
    from.removeAttribute("title"); // which the browser would show as well
    box.replaceChildren(kept.get(from.getAttribute("href")).content.cloneNode(true));
    box.role = tapped ? "dialog" : "tooltip";
    box.ariaLabel = tapped ? "Preview" : null;
    if (tapped) {
      const foot = document.createElement("p");
      foot.className = "preview-foot";
      foot.innerHTML = "<a>Go there</a><button type=button>Close</button>";
      foot.firstChild.href = from.href;
      foot.lastChild.onclick = hide;
      box.append(foot);
    } else if (!box.querySelector("math[display=block], table")) {
      from.setAttribute("aria-describedby", box.id); // not what would be read out as a jumble
    }
    box.hidden = false;
    place();
    box.querySelector("img")?.addEventListener("load", place);
    if (tapped) box.focus({ preventScroll: true });
  };

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const over = linkAt(target);
    clearTimeout(timer);
    if (over) timer = setTimeout(show, WAIT, over, false);
    else if (link && !box.contains(target) && !tapped && !link.matches(":focus-visible")) {
      timer = setTimeout(hide, WAIT);
    }
  });
  document.addEventListener("focusin", ({ target }) => {
    const on = linkAt(target);
    if (on?.matches(":focus-visible") && !closing) show(on, false);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target === link && !tapped && !link.matches(":hover") && !box.matches(":hover")) hide();
  });
  document.addEventListener("keydown", ({ key }) => {
    pointer = "";
    if (key === "Escape") hide();
  });
  document.addEventListener("pointerdown", ({ pointerType }) => (pointer = pointerType));
  document.addEventListener("click", (event) => {
    const on = linkAt(event.target);
    if (on && on !== link && pointer === "touch") {
      event.preventDefault();
      show(on, true);
    } else if (link && (!box.contains(event.target) || event.target.closest("a"))) hide();
  });
}
