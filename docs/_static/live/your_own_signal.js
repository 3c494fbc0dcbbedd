/* A second that the reader draws, bends or takes from a file; what a trained network makes of it. */
"use strict";

Live.part("your_own_signal", (box, data) => {
  const { html, shown, colour } = Live;
  const rate = data.sampling_rate;
  const n = data.n_samples;
  const names = data.class_names;
  const free = new Ask.Network(data);
  const units = data.network.hidden_size;
  const x = Second.time(rate, n);
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
      if (to === "file") file.again();
      else take(from[to]);
    },
  });
  const file = FromFile.controls(data, {
    onsecond: (second) => {
      complaint = "";
      starts.set("file");
      take(second);
    },
    complain: (words) => {
      complaint = words;
      show();
    },
  });
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) file.read(event.dataTransfer.files[0]);
  });
  box.append(html("div", { class: "live-controls" }, starts.element, ...file.elements));

  function take(other) {
    base = other;
    scale = null;
    show();
  }

  // Drawing on it

  const { stays, uses } = Live.bench(box);
  const redrawWave = Live.picture(stays, drawWave, WIDEST);
  const say = Live.sentence(stays);
  const pad = stays.querySelector(".live-picture > svg");
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

  // Bending it

  const bends = html("fieldset", { class: "live-controls" });
  const switches = html("div", { class: "live-buttons" });
  uses.append(bends, switches);
  const legend = Live.legend(box);
  const redrawAnswers = Live.picture(box, drawAnswers, WIDEST);
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
      if (starts.value === "file") file.again();
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
  const unit = Inside.chooser(units, () => show());
  box.append(html("fieldset", { class: "live-controls" }, html("legend", {}, "Inside the network"), ...["reset", "update"].map((name) => freeze(name).element), unit.element));
  const states = Inside.states(box, units, free.steps);
  const gateLegend = Live.legend(box);
  const redrawGates = Live.picture(box, drawGates, WIDEST);

  function drawWave(picture, width) {
    const y = { from: -scale, to: scale, label: "draw here: counts, about 1 µV each" };
    const [high, low] = width < 400 ? [110, 40] : [150, 60];
    drawn = new Live.Axes(picture, place(24, width, high), { ...x, label: "" }, y);
    Second.wave(drawn, samples, rate);
    const most = Math.max(...asked.gradient.map(Math.abs)) || 1;
    const title = { from: -1.05, to: 1.05, at: [-1, 0, 1], label: `gradient of ${names[asked.named]}` };
    const below = new Live.Axes(picture, place(70 + high, width, low), x, title);
    const sticks = [...asked.gradient].flatMap((one, i) => [[i / rate, 0], [i / rate, one / most], [NaN, NaN]]);
    below.line(sticks, { colour: colour("GRU"), width: (0.7 * drawn.place.width) / n });
    const at = asked.gradient.map(Math.abs).indexOf(Math.max(...asked.gradient.map(Math.abs)));
    return { height: 106 + high + low, says: `A second, which goes from ${counts(Math.min(...samples))} to ${counts(Math.max(...samples))} counts. ${Second.describe(samples)}. The gradient of the answer is largest at ${seconds(at / rate)}. To draw without a pointer, use the sliders that pull.` };
  }

  function drawAnswers(picture, width) {
    Second.answers(picture, place(24, width, 110), asked, names, x, rate);
    return { height: 172, says: `The probability of each class after each step. At the end: ${Second.legend(names, asked).map(([words]) => words).join(", ")}.` };
  }

  function drawGates(picture, width) {
    return { height: 172, says: Inside.gates(picture, place(24, width, 110), asked, unit.value, x) };
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
    states.draw(asked.run.hidden); // first: it asks for colours, which is slow when much has just changed
    redrawWave();
    legend(Second.legend(names, asked));
    redrawAnswers();
    gateLegend(Inside.legend());
    redrawGates();
    say(sentence());
    const told = { samples: [...samples], named: asked.named, answers: [...asked.answers], gradient: [...asked.gradient], gates };
    box.dataset.now = JSON.stringify({ ...told, computing: computed - begin, all: performance.now() - begin });
  }

  // the states have the steps of the pictures, one below the other
  new ResizeObserver(() => states.place(pad.getBoundingClientRect(), drawn.place)).observe(pad);

  offer();
  show();
});
