// Small previews of what a link leads to (docs/_ext/previews.py). A pointer or the keyboard's focus
// on a link shows one; so does a tap, which then offers the way there. Escape closes it.
{
  const WAIT = 250; // milliseconds, in which a pointer can pass, or reach the preview

  const kept = new Map(
    [...document.querySelectorAll("template[data-for]")].map((one) => [one.dataset.for, one]),
  );
  const box = document.createElement("div");
  box.id = box.className = "preview";
  box.hidden = true;
  box.tabIndex = -1;
  document.body.append(box);
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
    const at = link.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    const below = at.bottom + box.offsetHeight + 8 < innerHeight || at.top < box.offsetHeight + 8;
    box.style.left = `${Math.max(8, Math.min(at.left, room)) + scrollX}px`;
    box.style.top = `${(below ? at.bottom + 4 : at.top - box.offsetHeight - 4) + scrollY}px`;
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
    link = from;
    tapped = byTap;
    box.replaceChildren(kept.get(from.getAttribute("href")).content.cloneNode(true));
    box.setAttribute("role", tapped ? "dialog" : "tooltip");
    if (tapped) {
      box.setAttribute("aria-label", "Preview");
      const foot = document.createElement("p");
      foot.innerHTML = "<a>Go there</a><button type=button>Close</button>";
      foot.className = "preview-foot";
      foot.firstChild.href = from.href;
      foot.lastChild.onclick = hide;
      box.append(foot);
    } else {
      box.removeAttribute("aria-label");
      // an equation or a table is no sentence that could be read out as a description
      if (!box.querySelector("math[display=block], table")) {
        from.setAttribute("aria-describedby", box.id);
      }
    }
    box.hidden = false;
    place();
    box.querySelector("img")?.addEventListener("load", () => link && place());
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
    if (on?.matches(":focus-visible") && pointer !== "touch" && !closing) show(on, false);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target === link && !tapped && !link.matches(":hover") && !box.matches(":hover")) hide();
  });
  document.addEventListener("keydown", ({ key }) => {
    pointer = "";
    if (key === "Escape" && (link || timer)) hide();
  });
  document.addEventListener("pointerdown", ({ pointerType }) => (pointer = pointerType));
  document.addEventListener("click", (event) => {
    const on = linkAt(event.target);
    if (on && on !== link && pointer === "touch" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      show(on, true);
    } else if (link && (!box.contains(event.target) || event.target.closest("a"))) hide();
  });
}
