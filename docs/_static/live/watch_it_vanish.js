/* How the last state depends on earlier ones: norms by lag, slopes, eigenvalues, waves; all from the engine. */
"use strict";

Live.part("watch_it_vanish", (box) => {
  const { html, svg, shown, rough, colour } = Live;
  const { Cell, Random, orthogonal } = RecurrentEngine;
  const UNITS = 16;
  const NAMES = { rnn: "simple RNN", lstm: "LSTM", gru: "GRU" };
  const KEEPS = { lstm: "forget", gru: "update" }; // the gate that keeps what is there

  // One matrix of chance, scaled to the radius that is asked for; one input.
  const random = new Random(2);
  const normal = (n) => Float64Array.from({ length: n }, () => random.normal());
  const matrices = { random: Array.from({ length: 4 }, () => normal(UNITS * UNITS)) };
  matrices.orthogonal = matrices.random.map(() => orthogonal(UNITS, random));
  for (const all of Object.values(matrices)) {
    for (const one of all) {
      const radius = Math.max(...LinearAlgebra.eigenvalues(one, UNITS).map(([re, im]) => Math.hypot(re, im)));
      one.forEach((value, i) => (one[i] = value / radius));
    }
  }
  const [fromInput, signal] = [normal(4 * UNITS), normal(100)];
  const ask = { cell: "rnn", start: "random", radius: 0.9, strength: 0.1, bias: 1, steps: 60 };

  /** A cell as it is asked for: each of its matrices W has the spectral radius. */
  function build() {
    const cell = Cell.of(ask.cell, 1, UNITS);
    for (let set = 0; set < cell.sets; set++) {
      cell.weights.W_h.set(matrices[ask.start][set].map((one) => one * ask.radius), set * UNITS * UNITS);
    }
    cell.weights.W_x.set(fromInput.subarray(0, cell.sets * UNITS));
    if (ask.cell !== "rnn") cell.weights.b_x.fill(ask.bias, UNITS, 2 * UNITS); // the gate that keeps
    return cell;
  }

  /** How the last state depends on earlier ones; and what goes forward and back between them. */
  function measure() {
    const cell = build();
    const x = Float64Array.from({ length: ask.steps }, (_, t) => ask.strength * signal[t]);
    const run = cell.unroll(x, ask.steps);
    const steps = Waves.jacobians(cell, run);
    const many = cell.states.length * UNITS; // an LSTM's state has two parts
    let product = Float64Array.from({ length: many * many }, (_, i) => Number(i % (many + 1) === 0));
    const norms = [1]; // how the last state depends on itself
    for (const step of [...steps].reverse()) {
      product = LinearAlgebra.times(product, step, many);
      norms.push(LinearAlgebra.stretch(product, many, many));
    }
    const slopes = ask.cell === "rnn" ? run.hidden.map((h) => 1 - h * h) : run[KEEPS[ask.cell]];
    // the matrix of the candidate: the one that a simple cell has
    const last = { rnn: 0, lstm: 2, gru: 2 }[ask.cell] * UNITS * UNITS;
    const W = cell.weights.W_h.subarray(last, last + UNITS * UNITS);
    const waves = [Waves.forward(steps, many), Waves.back(steps, many)];
    return { asked: { ...cell.weights, x }, norms, waves, slopes, norm: LinearAlgebra.stretch(W, UNITS, UNITS), eigenvalues: LinearAlgebra.eigenvalues(W, UNITS) };
  }

  const controls = html("div", { class: "live-controls" });
  const change = (key) => (value) => {
    ask[key] = value;
    update();
  };
  const bias = Live.range({ label: "bias of the gate that keeps", min: -2, max: 6, step: 0.5, value: ask.bias, onchange: change("bias"), format: (one) => shown(one, 1) });
  controls.append(
    Live.choice({ label: "cell", options: NAMES, value: ask.cell, onchange: change("cell") }).element,
    Live.choice({ label: "matrix W", options: { random: "random", orthogonal: "orthogonal, scaled" }, value: ask.start, onchange: change("start") }).element,
    Live.range({ label: "spectral radius of W", min: 0.1, max: 2, step: 0.05, value: ask.radius, onchange: change("radius") }).element,
    Live.range({ label: "strength of the input", min: 0, max: 3, step: 0.1, value: ask.strength, onchange: change("strength"), format: (one) => shown(one, 1) }).element,
    Live.range({ label: "steps", min: 10, max: 100, step: 5, value: ask.steps, onchange: change("steps"), format: String }).element,
    bias.element,
  );
  let found = measure();
  const { stays, uses } = Live.bench(box);
  const redraws = [Live.picture(stays, drawNorms)];
  const legends = Live.legend(uses);
  uses.append(controls);
  const pair = html("div", { class: "live-pair" });
  box.append(pair);
  redraws.push(Live.picture(pair, drawEigenvalues, 300), Live.picture(pair, drawSlopes, 300));
  const say = Live.sentence(box);
  const passes = Waves.part(box);

  function drawNorms(image, width) {
    const { norms, norm } = found;
    const height = width < 400 ? 150 : 220;
    const axes = new Live.Axes(
      image,
      { left: 48, top: 26, width: width - 60, height },
      { from: 0, to: ask.steps, label: "steps back (k)" },
      { from: 1e-12, to: 1e6, log: true, label: "norm of the gradient" },
    );
    if (ask.cell === "rnn") {
      axes.line(norms.map((_, k) => [k, norm ** k]), { colour: "currentColor", dash: "7 4", width: 1.2 });
      axes.line(norms.map((_, k) => [k, ask.radius ** k]), { colour: "currentColor", dash: "2 3", width: 1.6 });
    }
    axes.line(norms.map((one, k) => [k, one]), { colour: colour(NAMES[ask.cell]), width: 2.5 });
    return { height: height + 64, says: `Norm of the gradient against steps back, logarithmic. ${sentence()}` };
  }

  function drawEigenvalues(image, width) {
    const side = width - 58;
    const most = Math.max(1.2, ...found.eigenvalues.map(([re, im]) => 1.05 * Math.hypot(re, im)));
    const scale = { from: -most, to: most, at: [-1, 0, 1] };
    const axes = new Live.Axes(image, { left: 34, top: 26, width: side, height: side }, { ...scale, label: "real part" }, { ...scale, label: "eigenvalues of W" });
    axes.group.append(
      svg("circle", { cx: axes.across(0), cy: axes.up(0), r: axes.across(1) - axes.across(0), fill: "none", "stroke-width": 1.2, stroke: "currentColor" }),
    );
    for (const [re, im] of found.eigenvalues) axes.mark(re, im, { colour: colour(NAMES[ask.cell]) });
    const outside = found.eigenvalues.filter(([re, im]) => Math.hypot(re, im) > 1.0001).length;
    return { height: side + 62, says: `The ${UNITS} eigenvalues of W in the plane, with the circle of radius 1: ${outside} lie outside of it.` };
  }

  function drawSlopes(image, width) {
    const counts = new Array(20).fill(0);
    for (const slope of found.slopes) counts[Math.min(19, Math.floor(slope * 20))] += 1 / found.slopes.length;
    const most = Math.max(...counts);
    const title = ask.cell === "rnn" ? "slopes of the tanh" : `${KEEPS[ask.cell]} gates`;
    const ink = ask.cell === "rnn" ? "hidden state" : `${KEEPS[ask.cell]} gate`;
    const axes = new Live.Axes(
      image,
      { left: 34, top: 26, width: width - 58, height: width - 58 },
      { from: 0, to: 1, at: [0, 0.5, 1], label: ask.cell === "rnn" ? "flat 0, steep 1" : "shut 0, open 1" },
      { from: 0, to: most, at: [], label: title },
    );
    counts.forEach((share, i) => share && axes.bar(i / 20, (i + 1) / 20, share, { colour: colour(ink) }));
    return { height: width + 4, says: `How often each of the ${title} is how large: ${shown(mean(found.slopes), 2)} on average.` };
  }

  function mean(all) {
    return all.reduce((sum, one) => sum + one, 0) / all.length;
  }

  function sentence() {
    const { norms, norm } = found;
    const far = norms.length - 1;
    const half = Math.floor(far / 2);
    const factor = (norms[far] / norms[half]) ** (1 / (far - half));
    const gate = ask.cell === "rnn" ? "slope of the tanh" : `${KEEPS[ask.cell]} gate`;
    const bound = ask.cell === "rnn" ? ` The bound, the norm of W to the power k, allows ${rough(norm ** far)}.` : "";
    return `${far} steps back, the gradient is multiplied by ${rough(norms[far])}: in the far half, each step multiplies by about ${shown(factor, 2)}. The ${gate} is ${shown(mean(found.slopes), 2)} on average.${bound}`;
  }

  function update() {
    bias.element.hidden = ask.cell === "rnn";
    found = measure();
    legends([
      [`measured, ${NAMES[ask.cell]}`, colour(NAMES[ask.cell]), null],
      ...(ask.cell === "rnn" ? [["spectral radius to the power k", "currentColor", "2 3"], ["bound: norm of W to the power k", "currentColor", "7 4"]] : []),
    ]);
    for (const redraw of redraws) redraw();
    say(sentence());
    passes(...found.waves);
    // for those who want to compute it again
    box.dataset.norms = JSON.stringify(found.norms);
    box.dataset.asked = JSON.stringify(found.asked, (_, of) => (ArrayBuffer.isView(of) ? [...of] : of));
  }

  update();
});
