/* An image of numbers, one below the other at each step.

   Raster.of(box, caption)     the colour of a point says its sign, and how dense it is its size
     .draw(numbers, rows, size, from, to)
                               numbers (step, row); `size` is what is drawn dense; only the columns
                               from `from` to below `to`
     .says(words), .place(room, axes), .holder                                                       */
"use strict";

const Raster = (() => {
  const { html, colour } = Live;

  function of(box, caption) {
    const image = html("canvas", { class: "live-states", role: "img" });
    const holder = html("div", { class: "live-states-box" }, image);
    const colours = ["hidden state", "input"].map((one) => html("span", { style: { color: colour(one) }, hidden: true }));
    box.append(html("p", { class: "live-caption" }, caption), holder, ...colours);

    function draw(numbers, rows, size = 1, from = 0, to = numbers.length / rows) {
      const columns = numbers.length / rows;
      if (image.width !== columns || image.height !== rows) Object.assign(image, { width: columns, height: rows });
      const [above, below] = colours.map((one) => getComputedStyle(one).color.match(/\d+/g).map(Number));
      const context = image.getContext("2d");
      const points = context.createImageData(columns, rows);
      for (let i = from * rows; i < to * rows; i++) {
        const [column, row] = [Math.floor(i / rows), i % rows];
        const [red, green, blue] = numbers[i] < 0 ? below : above;
        points.data.set([red, green, blue, (255 * Math.abs(numbers[i])) / size], 4 * (row * columns + column));
      }
      context.putImageData(points, 0, 0);
    }

    /** Below axes that begin and end where these do, in a picture that stands there. */
    function place(room, axes) {
      const left = room.left + axes.left - holder.getBoundingClientRect().left;
      Object.assign(image.style, { width: `${axes.width}px`, marginLeft: `${left}px` });
    }

    return { draw, place, holder, says: (words) => image.setAttribute("aria-label", words) };
  }

  return { of };
})();
