// On paper the page is light, and what is folded is open, except solutions: a page can be handed out
// with its exercises. Afterwards all is as it was.
{
  const root = document.documentElement;
  let theme;
  let folded = [];

  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    folded = [...document.querySelectorAll("details:not([open], .solution)")];
    folded.forEach((details) => (details.open = true));
  });

  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    folded.forEach((details) => (details.open = false));
  });
}
