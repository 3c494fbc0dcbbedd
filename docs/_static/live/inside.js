/* Pictures of what is inside a GRU that reads a second: its hidden states and its gates.

   Inside.chooser(units, onchange)          a control: of one unit, or the mean of all (0)
   Inside.states(box, units, steps)         an image of all states; .draw(hidden), .place(room, axes)
   Inside.gates(svg, place, asked, unit, x) lines of gates and state; returns them in words
   Inside.legend()                          entries for Live.legend                                 */
"use strict";

const Inside = (() => {
  const { html, shown, colour } = Live;
  const LINES = { reset: [null, "reset gate"], update: ["7 3", "update gate"], hidden: ["2 3", "hidden state"] };
  const FAR = 0.5;

  function chooser(units, onchange) {
    const format = (one) => (one ? `unit ${one}` : "all (mean)");
    return Live.range({ label: "gates of", min: 0, max: units, step: 1, value: 0, format, onchange });
  }

  function states(box, units, steps) {
    const image = Raster.of(box, `hidden states: ${units} units, one below the other, at ${steps} steps`);
    const empty = html("p", { class: "live-empty" }, "All states are 0.");
    image.holder.append(empty);

    function draw(hidden) {
      image.draw(hidden, units);
      empty.hidden = hidden.some((value) => Math.abs(value) > 1 / 512); // of 256 shades, one would be seen
      const share = Second.percent(hidden.filter((value) => Math.abs(value) > FAR).length / hidden.length);
      image.says(`Hidden states of ${units} units at ${steps} steps: ${share} of them are farther than ${FAR} from zero.`);
    }

    return { draw, place: image.place };
  }

  function gates(picture, place, { run, steps }, unit, x) {
    const y = { from: -1.05, to: 1.05, at: [-1, 0, 1], label: "gates, and hidden state" };
    const axes = new Live.Axes(picture, place, x, y);
    const units = run.hidden.length / steps;
    const said = Object.entries(LINES).map(([name, [dash, words]]) => {
      const line = Array.from({ length: steps }, (_, t) => {
        const row = run[name].subarray(t * units, (t + 1) * units);
        const value = unit ? row[unit - 1] : row.reduce((sum, one) => sum + one, 0) / units;
        return [(x.to * (t + 1)) / steps, value];
      });
      axes.line(line, { colour: colour(words), dash, width: 2.5 });
      return `${words} from ${shown(line[0][1], 2)} to ${shown(line.at(-1)[1], 2)}`;
    });
    return `${unit ? `Unit ${unit}` : "The mean of all units"}, from the first to the last step: ${said.join(", ")}.`;
  }

  const legend = () => Object.values(LINES).map(([dash, words]) => [words, colour(words), dash]);

  return { chooser, states, gates, legend };
})();
