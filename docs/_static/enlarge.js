// A figure, large: by a tap or a click on it, or by the button below it. A picture is shown once
// more; a figure with a slider moves into the dialog, and back when it is closed.
{
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  dialog.setAttribute("aria-labelledby", "enlarged-name");
  dialog.innerHTML =
    '<div class="enlarged-head"><p id="enlarged-name"></p>' +
    '<button type="button" class="enlarged-close" aria-label="Close">×</button></div>' +
    "<details><summary>In words</summary><p></p></details>";
  const head = dialog.firstChild;
  const [name, close] = head.children;
  const words = dialog.lastChild;
  let opener = null; // the button below the figure that is shown
  let putBack = () => {};

  const saidOf = (box) => box.querySelector("img")?.alt ?? box.firstElementChild.ariaLabel ?? "";
  const titleIn = (said) => said.split(/[.:;](?:\s|$)/)[0];

  const captionOf = (box) => {
    const caption = box.closest("figure:has(> figcaption)")?.querySelector(":scope > figcaption");
    return caption?.querySelector("p") ?? caption;
  };

  /** The words of a caption, without its links and its button. */
  const copyOf = (caption) => {
    const copy = caption.cloneNode(true);
    copy.querySelectorAll("button, .headerlink").forEach((one) => one.remove());
    copy.querySelectorAll("a").forEach((one) => one.replaceWith(...one.childNodes));
    copy.querySelectorAll("[id]").forEach((one) => one.removeAttribute("id"));
    return [...copy.childNodes];
  };

  const show = (box, button) => {
    if (dialog.open) return;
    opener = button;
    const picture = box.querySelector("img, svg");
    const caption = captionOf(box);
    name.replaceChildren(...(caption ? copyOf(caption) : [titleIn(saidOf(box))]));
    const slider = box.closest("figure.slider");
    words.hidden = slider !== null; // it says in words where it stands
    words.open = false;
    words.lastChild.textContent = saidOf(box);

    const shown = slider ?? box.cloneNode(true);
    if (slider) {
      const gap = document.createElement("div");
      gap.style.height = `${slider.offsetHeight}px`; // the page behind does not jump
      slider.replaceWith(gap);
      const reached = box.getAttribute("tabindex"); // the theme's, where the figure scrolls
      putBack = () => {
        gap.replaceWith(slider);
        if (reached === null) box.removeAttribute("tabindex");
        else box.setAttribute("tabindex", reached);
      };
    } else putBack = () => shown.remove();
    const room = slider ? box : shown;
    const { width, height } = picture.viewBox?.baseVal ?? picture.getBoundingClientRect();
    room.style.setProperty("--ratio", width / height);
    room.tabIndex = 0; // the keyboard scrolls it
    head.after(shown);
    dialog.showModal();
    close.focus();
  };

  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  // The theme takes the key for itself where it is pressed on a summary.
  dialog.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close());
  dialog.addEventListener("close", () => {
    putBack();
    opener.focus({ preventScroll: true });
  });
  document.querySelector(".bd-content").append(dialog);

  const boxes = [...document.querySelectorAll("article .readable-figure")];
  for (const box of boxes.filter((one) => !one.closest("figure.live"))) {
    const caption = captionOf(box);
    const number = caption?.querySelector(".caption-number")?.textContent.trim();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "enlarge";
    button.textContent = "Enlarge";
    button.ariaLabel = `Enlarge ${number ?? titleIn(saidOf(box))}`;
    button.ariaHasPopup = "dialog";
    button.addEventListener("click", () => show(box, button));
    box.addEventListener("click", () => show(box, button));
    box.classList.add("can-enlarge");
    if (caption) caption.append(" ", button);
    else (box.closest("figure.slider") ?? box).after(button);
  }
}
