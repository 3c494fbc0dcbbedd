/* A second that the reader draws, bends or takes from a file; what a trained network makes of it. */
"use strict";

Live.part("your_own_signal", (box, data) => {
  const { html, svg, shown, colour } = Live;
  const rate = data.sampling_rate;
  const n = data.n_samples;
  const length = n / rate;
  const names = data.class_names;
  const free = new Ask.Network(data);
  const units = data.network.hidden_size;
  const UNITS = { uV: [1, "counts, or µV"], mV: [1e3, "mV"], V: [1e6, "V"] };
  const x = Second.time(rate, n);
  const LINES = { reset: [null, "reset gate"], update: ["7 3", "update gate"], hidden: ["2 3", "hidden state"] };
  const WIDEST = 640;
  const place = (top, width, height) => ({ left: 48, top, width: width - 62, height });
  const seconds = (one) => `${shown(one, 2)} s`;
  const counts = (one) => shown(one, 0);
  const from = { flat: new Float64Array(n) };
  for (const one of Ask.seconds(data)) from[one.truth] = one.samples;
  let base = from[0];
  let how = Bend.none();
  let gates = {};
  let network = free;
  let file = null; // { columns, signal }
  let complaint = "";
  let samples, asked, freely, scale, drawn;

  compute();

  // Where the signal comes from

  const starts = Live.choice({
    label: "start from",
    options: { ...Object.fromEntries(names.map((name, one) => [one, name])), flat: "a flat line", file: "a file of yours" },
    value: "0",
    onchange: (to) => {
      complaint = "";
      if (to === "file") return file ? cut() : chooser.click();
      take(from[to]);
    },
  });
  const chooser = html("input", {
    ...{ id: "own-file", type: "file", accept: ".txt,.csv,.tsv,text/*" },
    onchange: () => chooser.files.length && read(chooser.files[0]),
  });
  const chooserBox = html("div", { class: "live-control" }, html("label", { for: chooser.id }, "a file, or drop one here"), chooser);
  const rates = Live.number({
    ...{ label: "its rate, in Hz", name: "The rate", min: 20, max: 50000, step: "any", value: 173.61, onchange: cut },
    complain: (words) => {
      complaint = words;
      show();
    },
  });
  const unit = Live.choice({
    ...{ label: "its unit", value: "uV", onchange: cut },
    options: Object.fromEntries(Object.entries(UNITS).map(([key, [, words]]) => [key, words])),
  });
  const columnBox = html("div");
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
      complaint = error.message;
      show();
    }
    chooser.value = ""; // so that the same file can be chosen again
  }

  /** A second of the file, at the network's rate. */
  function cut() {
    complaint = "";
    if (!file) return show();
    const { numbers } = file.columns[file.column];
    const hertz = Number(rates.input.value);
    const signal = NumbersOf.resample(numbers, hertz, rate);
    const there = Math.floor(signal.length / n);
    places.input.max = Math.max(1, there);
    places.element.hidden = there < 2;
    places.set(Math.min(places.value, Math.max(1, there)));
    if (!there) {
      complaint = `At ${hertz} Hz, ${numbers.length} numbers are ${shown(numbers.length / hertz, 2)} seconds; the network needs ${shown(length, 3)}.`;
    } else if (numbers.every((one) => one === numbers[0])) {
      complaint = `All ${numbers.length} numbers are the same.`;
    }
    if (complaint) return show();
    starts.set("file");
    const [times] = UNITS[unit.value];
    take(signal.slice((places.value - 1) * n, places.value * n).map((one) => one * times));
  }

  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) read(event.dataTransfer.files[0]);
  });
  box.append(html("div", { class: "live-controls" }, starts.element, chooserBox, rates.element, unit.element, columnBox, places.element));

  function take(other) {
    base = other;
    scale = null;
    show();
  }

  // Drawing on it

  const redrawWave = Live.picture(box, drawWave, WIDEST);
  const pad = box.querySelector(".live-picture > svg");
  pad.classList.add("live-pad");
  let last = null;

  function point(event) {
    const room = pad.getBoundingClientRect();
    const { left, top, width, height } = drawn.place;
    const share = (event.clientX - room.left - left) / width;
    const up = 1 - (event.clientY - room.top - top) / height;
    const bounded = (one) => Math.min(1, Math.max(0, one));
    return { i: Math.round(bounded(share) * (n - 1)), value: (2 * bounded(up) - 1) * scale };
  }

  function drawTo(to) {
    const step = Math.sign(to.i - last.i) || 1;
    for (let i = last.i; i !== to.i + step; i += step) {
      base[i] = to.i === last.i ? to.value : last.value + ((to.value - last.value) * (i - last.i)) / (to.i - last.i);
    }
    last = to;
    show();
  }

  pad.addEventListener("pointerdown", (event) => {
    keep(); // what is seen is what is drawn on
    pad.setPointerCapture(event.pointerId);
    last = point(event);
    drawTo(last);
  });
  pad.addEventListener("pointermove", (event) => last && drawTo(point(event)));
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, () => {
      last = null;
    });
  }

  function keep() {
    base = Float64Array.from(samples);
    how = Bend.none();
    offer();
  }

  const legend = Live.legend(box);
  const redrawAnswers = Live.picture(box, drawAnswers, WIDEST);
  const say = Live.sentence(box);

  // Bending it

  const bends = html("fieldset", { class: "live-controls" });
  const switches = html("div", { class: "live-buttons" });
  box.append(bends, switches);
  const SLIDERS = [
    ["louder", { label: "louder", min: -1, max: 1, step: 0.02, format: (one) => `× ${shown(10 ** one, 2)}` }],
    ["slower", { label: "slower", min: 1, max: 4, step: 0.05, format: (one) => `× ${shown(one, 2)}` }],
    ["hum", { label: "mains hum, 50 Hz", min: 0, max: 300, step: 5, format: counts }],
    ["noise", { label: "noise", min: 0, max: 300, step: 5, format: counts }],
    ["cutLength", { label: "cut out, how long", min: 0, max: 1, step: 0.01, format: seconds }],
    ["cutAt", { label: "cut out, from", min: 0, max: 1, step: 0.01, format: seconds }],
    ["pullBy", { label: "pull up or down by", min: -500, max: 500, step: 10, format: counts }],
    ["pullAt", { label: "pull at", min: 0, max: 1, step: 0.01, format: seconds }],
    ["pullWidth", { label: "pull, how wide", min: 0.01, max: 0.3, step: 0.01, format: seconds }],
  ];

  function offer() {
    const value = (name) => (name === "louder" ? Math.log10(how.louder) : how[name]);
    bends.replaceChildren(
      html("legend", {}, "Bend it"),
      ...SLIDERS.map(([name, slider]) => {
        const onchange = (to) => {
          how[name] = name === "louder" ? 10 ** to : to;
          scale = null;
          show();
        };
        return Live.range({ ...slider, value: value(name), onchange }).element;
      }),
    );
    for (const name of ["upsideDown", "backwards"]) toggles[name].setAttribute("aria-pressed", String(how[name]));
  }

  const toggle = (words, name) =>
    Live.button(words, () => {
      how[name] = !how[name];
      toggles[name].setAttribute("aria-pressed", String(how[name]));
      show();
    });
  const toggles = { upsideDown: toggle("Upside down", "upsideDown"), backwards: toggle("Backwards", "backwards") };
  switches.append(
    toggles.upsideDown,
    toggles.backwards,
    Live.button("Keep it, and bend on", () => {
      keep();
      show();
    }),
    Live.button("As it was", () => {
      how = Bend.none();
      offer();
      if (starts.value === "file") cut();
      else take(from[starts.value]);
    }),
  );

  // The network inside

  const freeze = (name) =>
    Live.choice({
      ...{ label: `${name} gate`, value: "free", options: { free: "free", open: "frozen open", shut: "frozen shut" } },
      onchange: (to) => {
        delete gates[name];
        if (to !== "free") gates = { ...gates, [name]: to };
        network = Object.keys(gates).length ? free.frozen(gates) : free;
        show();
      },
    });
  const which = Live.range({
    ...{ label: "gates of", min: 0, max: units, step: 1, value: 0, onchange: () => show() },
    format: (one) => (one ? `unit ${one}` : "all, their mean"),
  });
  box.append(html("fieldset", { class: "live-controls" }, html("legend", {}, "Inside the network"), ...["reset", "update"].map((name) => freeze(name).element), which.element));
  const image = html("canvas", { class: "live-states", role: "img", width: free.steps, height: units });
  const imageBox = html("div", { class: "live-states-box" }, image);
  const tint = html("span", { style: { color: colour("hidden state") }, hidden: true });
  const opposite = html("span", { style: { color: colour("input") }, hidden: true });
  box.append(html("p", { class: "live-caption" }, `hidden states: ${units} units, one below the other, at ${free.steps} steps`), imageBox);
  box.append(tint, opposite);
  const gateLegend = Live.legend(box);
  const redrawGates = Live.picture(box, drawGates, WIDEST);

  function drawWave(picture, width) {
    const y = { from: -scale, to: scale, label: "draw here: counts, about 1 µV each" };
    drawn = new Live.Axes(picture, place(24, width, 150), { ...x, label: "" }, y);
    Second.wave(drawn, samples, rate);
    const most = Math.max(...asked.gradient.map(Math.abs)) || 1;
    const title = { from: -1.05, to: 1.05, at: [-1, 0, 1], label: `gradient of ${names[asked.named]}` };
    const below = new Live.Axes(picture, place(220, width, 60), x, title);
    const sticks = [...asked.gradient].flatMap((one, i) => [[i / rate, 0], [i / rate, one / most], [NaN, NaN]]);
    below.line(sticks, { colour: colour("GRU"), width: (0.7 * drawn.place.width) / n });
    const at = asked.gradient.map(Math.abs).indexOf(Math.max(...asked.gradient.map(Math.abs)));
    return { height: 316, says: `A second, which goes from ${counts(Math.min(...samples))} to ${counts(Math.max(...samples))} counts. ${Second.describe(samples)}. The gradient of the answer is largest at ${seconds(at / rate)}. To draw without a pointer, use the sliders that pull.` };
  }

  function drawAnswers(picture, width) {
    Second.answers(picture, place(24, width, 110), asked, names, x, rate);
    return { height: 172, says: `The probability of each class after each step. At the end: ${Second.legend(names, asked).map(([words]) => words).join(", ")}.` };
  }

  /** Of one unit, or the mean of all. */
  function lineOf(of) {
    const unit = which.value;
    return Array.from({ length: asked.steps }, (_, t) => {
      const row = of.subarray(t * units, (t + 1) * units);
      const value = unit ? row[unit - 1] : row.reduce((sum, one) => sum + one, 0) / units;
      return [((t + 1) * free.perStep) / rate, value];
    });
  }

  function drawGates(picture, width) {
    const y = { from: -1.05, to: 1.05, at: [-1, 0, 1], label: "gates, and hidden state" };
    const axes = new Live.Axes(picture, place(24, width, 110), x, y);
    const said = Object.entries(LINES).map(([name, [dash, words]]) => {
      const line = lineOf(asked.run[name]);
      axes.line(line, { colour: colour(words), dash, width: 2.5 });
      return `${words} from ${shown(line[0][1], 2)} to ${shown(line.at(-1)[1], 2)}`;
    });
    return { height: 172, says: `${which.value ? `Unit ${which.value}` : "The mean of all units"}, from the first to the last step: ${said.join(", ")}.` };
  }

  /** Each state a point: the colour says its sign, and how dense it is its size. */
  function drawStates() {
    const { hidden } = asked.run;
    const rgb = [tint, opposite].map((one) => getComputedStyle(one).color.match(/\d+/g).map(Number));
    const context = image.getContext("2d");
    const points = context.createImageData(asked.steps, units);
    let beyond = 0;
    for (let t = 0; t < asked.steps; t++) {
      for (let k = 0; k < units; k++) {
        const value = hidden[t * units + k];
        points.data.set([...rgb[Number(value < 0)], Math.min(255, 255 * Math.abs(value))], 4 * (k * asked.steps + t));
        beyond += Math.abs(value) > 0.5;
      }
    }
    context.putImageData(points, 0, 0);
    const share = beyond / hidden.length;
    image.setAttribute("aria-label", `Hidden states of ${units} units at ${asked.steps} steps: ${Second.percent(share)} of them are farther than 0.5 from zero.`);
  }

  // All of it

  function compute() {
    samples = Bend.bend(base, how, rate);
    const most = Math.max(...samples.map(Math.abs));
    if (!scale) scale = [100, 200, 500, 1000, 2000, 5000].find((one) => one >= most) ?? 1.05 * most;
    asked = network.ask(samples);
    freely = network === free ? asked : free.ask(samples);
  }

  function sentence() {
    const said = (one) => `${names[one.named]}, with ${Second.percent(one.probability)}`;
    const frozen = Object.entries(gates).map(([name, one]) => `the ${name} gate ${one}`).join(" and ");
    const words = frozen ? `With ${frozen}, the network names ${said(asked)}; free, it names ${said(freely)}.` : `The network names ${said(asked)}.`;
    const size = Ask.deviation(samples);
    const [low, high] = data.deviations;
    const unheard = size < low || size > high;
    const note = unheard ? ` No second of the recordings is so ${size < low ? "small" : "large"}: a standard deviation of ${counts(size)}, where theirs go from ${counts(low)} to ${counts(high)}.` : "";
    return `${complaint ? `${complaint} Until then: ` : ""}${words}${note}`;
  }

  function show() {
    const begin = performance.now();
    compute();
    const computed = performance.now();
    drawStates(); // first: it asks for colours, which is slow when much has just changed
    redrawWave();
    legend(Second.legend(names, asked));
    redrawAnswers();
    gateLegend(Object.values(LINES).map(([dash, words]) => [words, colour(words), dash]));
    redrawGates();
    say(sentence());
    const told = { samples: [...samples], named: asked.named, answers: [...asked.answers], gradient: [...asked.gradient], gates };
    box.dataset.now = JSON.stringify({ ...told, computing: computed - begin, all: performance.now() - begin });
  }

  // the states have the steps of the pictures, one below the other
  new ResizeObserver(() => {
    const left = pad.getBoundingClientRect().left - pad.parentElement.getBoundingClientRect().left;
    Object.assign(imageBox.style, { width: `${drawn.place.width + 62}px`, marginLeft: `${left}px` });
  }).observe(pad);

  offer();
  show();
});
