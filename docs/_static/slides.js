// A deck of slides (docs/_ext/slides.py): keys, where one is, notes, a second window for the teacher.
{
  const root = document.documentElement;
  const slides = [...document.querySelectorAll(".slide")];
  const large = matchMedia("(min-width: 800px) and (min-height: 450px)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let here = 0;
  let other = opener; // the window that follows this one, or that this one follows

  // The theme's own script, which a deck does without, would do this.
  const choose = () => {
    if (!["light", "dark"].includes(root.dataset.mode)) root.dataset.theme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", choose);
  choose();

  const bar = document.createElement("nav");
  bar.className = "deck-bar";
  bar.ariaLabel = "Slides";
  const button = (words, name, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.ariaLabel = made.title = name;
    made.addEventListener("click", press);
    return made;
  };
  const plan = document.createElement("a");
  plan.href = document.querySelector(".deck").dataset.plan;
  plan.textContent = "Plan";
  const place = document.createElement("output");

  // Code whose lines are a little too long becomes smaller; longer ones break.
  const fitCode = (code) => {
    code.style.setProperty("--share", 1);
    code.style.whiteSpace = "pre";
    const share = code.clientWidth / code.scrollWidth;
    code.style.whiteSpace = "";
    if (share > 0.75 && share < 1) code.style.setProperty("--share", share * 0.98);
  };

  // Letters become smaller on a slide that would not fit.
  const fit = (height) => {
    for (const slide of slides) {
      slide.style.removeProperty("--fit");
      if (!large.matches && !root.classList.contains("to-paper")) continue;
      const notes = slide.querySelectorAll(".notes");
      notes.forEach((one) => (one.hidden = true));
      for (let size = 0.95; slide.scrollHeight > height + 1 && size > 0.4; size -= 0.05)
        slide.style.setProperty("--fit", size);
      slide.querySelectorAll("pre").forEach(fitCode);
      notes.forEach((one) => (one.hidden = false));
    }
  };

  const tell = () => {
    place.textContent = `${here + 1} / ${slides.length}`;
    history.replaceState(null, "", `#${slides[here].id}`);
  };

  const go = (number, from) => {
    here = Math.max(0, Math.min(slides.length - 1, number));
    slides[here].tabIndex = -1;
    slides[here].focus({ preventScroll: true });
    slides[here].scrollIntoView({ behavior: "instant" });
    tell();
    if (!from) other?.postMessage({ slide: here }, "*");
  };

  const showNotes = (shown) => {
    root.classList.toggle("with-notes", shown);
    document.querySelectorAll(".notes").forEach((notes) => (notes.open = shown));
    go(here, true);
  };

  // In a folder, a window may send messages to another, and touch nothing else of it.
  const openSecond = () => {
    other = open(location.href, "teacher");
  };

  const KEYS = {
    ArrowRight: () => go(here + 1),
    ArrowLeft: () => go(here - 1),
    PageDown: () => go(here + 1),
    PageUp: () => go(here - 1),
    Home: () => go(0),
    End: () => go(slides.length - 1),
    n: () => showNotes(!root.classList.contains("with-notes")),
    t: openSecond,
  };
  addEventListener("keydown", (event) => {
    const takesKeys = event.target.closest("input, select, textarea, [contenteditable]");
    if (takesKeys || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  addEventListener("message", ({ source, data }) => {
    if (source === other && Number.isInteger(data.slide)) go(data.slide, true);
  });

  const watch = new IntersectionObserver(
    (seen) => {
      const now = seen.find((one) => one.isIntersecting);
      if (now) {
        here = slides.indexOf(now.target);
        tell();
      }
    },
    { rootMargin: "-50% 0px" },
  );

  // What scrolls sideways can be reached with the keyboard; the theme's script would see to that too.
  const reach = () => {
    for (const box of document.querySelectorAll(".pst-scrollable-table-container, .deck .output, .deck pre")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };

  const arrange = () => {
    fit(innerHeight);
    reach();
    go(here, true);
  };

  addEventListener("beforeprint", () => {
    root.classList.add("to-paper");
    fit(719);
    root.classList.remove("to-paper");
  });
  addEventListener("afterprint", arrange);
  addEventListener("resize", arrange);

  addEventListener("load", () => {
    const second = button("Second window", "A second window with notes, which goes along (t)", openSecond);
    second.className = "wide";
    bar.append(
      plan,
      button("Notes", "Notes for the teacher (n)", KEYS.n),
      second,
      place,
      button("‹", "Previous slide", KEYS.ArrowLeft),
      button("›", "Next slide", KEYS.ArrowRight),
    );
    document.body.append(bar);
    root.classList.add("has-script");
    here = Math.max(0, slides.findIndex((slide) => `#${slide.id}` === location.hash));
    arrange();
    if (name === "teacher") showNotes(true);
    slides.forEach((slide) => watch.observe(slide));
  });
}
