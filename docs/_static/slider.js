/* Figures with a slider (lab_code/figures/slider.py): show what belongs to the chosen place. */
document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll("figure.slider")) {
    const { values, says, shown, pale } = JSON.parse(figure.dataset.frames);
    const slider = figure.querySelector("input");
    const value = figure.querySelector("output");
    const sentence = figure.querySelector(".slider-says");
    const parts = new Map(
      [...new Set(shown.flat())].map((number) => [
        number,
        document.getElementById(`${slider.id}-${number}`),
      ]),
    );

    const show = () => {
      const place = Number(slider.value);
      const chosen = new Set(shown[place]);
      for (const [number, part] of parts) {
        const missing = pale.includes(number) ? "pale" : "hidden";
        part.setAttribute("class", chosen.has(number) ? "" : missing);
      }
      value.textContent = values[place];
      sentence.textContent = says[place];
      slider.setAttribute("aria-valuetext", `${values[place]}. ${says[place]}`);
    };

    slider.addEventListener("input", show);
    figure.querySelector(".slider-control").hidden = false;
    show();
  }
});
