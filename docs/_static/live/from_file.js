/* Controls for a file of the reader: which column, rate and unit, and which second of it.

   FromFile.controls(data, { onsecond, complain })
                            data: of the network, whose rate and length a second gets
     .elements              the controls
     .read(file)            one that was dropped
     .again()               the second that is chosen; without a file, asks for one              */
"use strict";

const FromFile = (() => {
  const { html, shown } = Live;
  const MOST = 1e9; // of a larger sample, the network would compute what is no number
  const UNITS = { uV: [1, "counts, or µV"], mV: [1e3, "mV"], V: [1e6, "V"] };

  function controls({ sampling_rate: rate, n_samples: n }, { onsecond, complain }) {
    let file = null; // { columns, column, signal }
    let hertz = rate;

    const chooser = html("input", {
      ...{ id: "live-file", type: "file", accept: ".txt,.csv,.tsv,text/*" },
      onchange: () => chooser.files.length && read(chooser.files[0]),
    });
    const chooserBox = html("div", { class: "live-control" }, html("label", { for: chooser.id }, "a file, or drop one here"), chooser);
    const rates = Live.number({
      ...{ label: "its rate, in Hz", name: "The rate", min: 20, max: 50000, step: "any", value: hertz },
      onchange: (to) => {
        hertz = to;
        cut();
      },
      complain,
    });
    const unit = Live.choice({
      ...{ label: "its unit", value: "uV", onchange: cut },
      options: Object.fromEntries(Object.entries(UNITS).map(([key, [, words]]) => [key, words])),
    });
    const columnBox = html("div", { class: "live-same-grid" });
    const places = Live.range({ label: "which second of it", min: 1, max: 1, step: 1, value: 1, format: String, onchange: cut });
    places.element.hidden = true;

    async function read(one) {
      try {
        const columns = await NumbersOf.file(one);
        file = { columns, column: "0" };
        const options = Object.fromEntries(columns.map(({ name }, i) => [i, name]));
        const column = Live.choice({ label: "which column", options, value: "0", onchange: (to) => {
          file.column = to;
          cut();
        } });
        columnBox.replaceChildren(...(columns.length > 1 ? [column.element] : []));
        places.set(1);
        cut();
      } catch (error) {
        complain(error.message);
      }
      chooser.value = ""; // so that the same file can be chosen again
    }

    /** A second of the file, at the network's rate. */
    function cut() {
      if (!file) return complain("");
      const { numbers } = file.columns[file.column];
      const of = `${file.column} ${hertz}`;
      if (file.of !== of) Object.assign(file, { of, signal: NumbersOf.resample(numbers, hertz, rate) });
      const { signal } = file;
      const there = Math.floor(signal.length / n);
      places.input.max = Math.max(1, there);
      places.element.hidden = there < 2;
      places.set(Math.min(places.value, Math.max(1, there)));
      if (!there) {
        return complain(`At ${hertz} Hz, ${numbers.length} numbers are ${shown(numbers.length / hertz, 2)} seconds; the network needs ${shown(n / rate, 3)}.`);
      }
      if (numbers.every((one) => one === numbers[0])) return complain(`All ${numbers.length} numbers are the same.`);
      const [times] = UNITS[unit.value];
      const second = signal.slice((places.value - 1) * n, places.value * n).map((one) => one * times);
      if (!second.every((one) => Math.abs(one) <= MOST)) {
        return complain(`In this unit, the numbers go beyond ${Live.rough(MOST)} µV: is it the right one?`);
      }
      onsecond(second);
    }

    return {
      elements: [chooserBox, rates.element, unit.element, columnBox, places.element],
      read,
      again: () => (file ? cut() : chooser.click()),
    };
  }

  return { controls };
})();
