/* Figures with a slider (lab_code/slider.py): show what belongs to the chosen place. */
document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll("figure.slider")) {
    const { values, says, shown } = JSON.parse(figure.dataset.frames);
    const slider = figure.querySelector("input");
    const value = figure.querySelector("output");
    const sentence = figure.querySelector(".slider-says");
    const parts = new Map(
      [...new Set(shown.flat())].map((id) => [id, document.getElementById(id)]),
    );

    const show = () => {
      const place = Number(slider.value);
      const chosen = new Set(shown[place]);
      for (const [id, part] of parts) {
        part.style.display = chosen.has(id) ? "" : "none";
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
