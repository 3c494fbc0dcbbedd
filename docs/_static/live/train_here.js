/* Train a small network in the page: two tasks that need memory, and what learning does to the gradient. */
"use strict";

Live.part("train_here", (box) => {
  const { html, shown, rough, colour } = Live;
  const { Adam, Network, Random, SGD, clip, meanSquaredError, norm, orthogonal } = RecurrentEngine;
  const [UNITS, BATCH, MOST] = [16, 32, 3000];
  const NAMES = { rnn: "simple RNN", lstm: "LSTM", gru: "GRU" };
  const WORDS = { adding: "adding problem", recall: "delayed recall" };
  const STARTS = {
    default: "as in torch",
    orthogonal: "orthogonal W",
    large: "orthogonal W × 1.5",
    keep: "bias of 1 to keep",
  };
  const GUESSING = { adding: 1 / 6, recall: 1 / 3 }; // the variance of what is asked for
  const ask = { task: "adding", cell: "gru", start: "default", steps: 20, rule: "adam", rate: "0.01", limit: "1", seed: 5 };
  const SETTINGS = {
    "Make it vanish": { task: "adding", cell: "rnn", start: "default", steps: 40, rule: "adam", rate: "0.01", limit: "1" },
    "Cure it: take a GRU": { task: "adding", cell: "gru", start: "default", steps: 40, rule: "adam", rate: "0.01", limit: "1" },
    "Make it explode": { task: "recall", cell: "rnn", start: "large", steps: 50, rule: "sgd", rate: "0.05", limit: "Infinity" },
    "Cure it: clip at 0.1": { task: "recall", cell: "rnn", start: "large", steps: 50, rule: "sgd", rate: "0.05", limit: "0.1" },
  };
  let random, network, learn, batch;
  let [losses, lengths, profiles, last, running] = [[], [], [], null, false];

  /** Sequences (step, batch, 2), numbers and marks, and what is to be said at the end. */
  function newBatch() {
    const { steps, task } = ask;
    const x = new Float64Array(steps * BATCH * 2);
    const targets = new Float64Array(BATCH);
    const half = Math.floor(steps / 2);
    for (let b = 0; b < BATCH; b++) {
      const at = (t) => (t * BATCH + b) * 2;
      if (task === "recall") {
        targets[b] = x[at(0)] = random.uniform(-1, 1);
        x[at(steps - 1) + 1] = 1; // then it is to be said
        continue;
      }
      for (let t = 0; t < steps; t++) x[at(t)] = random.uniform();
      for (const t of [random.integer(half), half + random.integer(steps - half)]) {
        x[at(t) + 1] = 1;
        targets[b] += x[at(t)];
      }
    }
    return { x, targets };
  }

  /** A new network, and what comes back to it before it has learnt anything. */
  function make() {
    random = new Random(ask.seed);
    network = new Network({ cell: ask.cell, input_size: 2, hidden_size: UNITS, n_classes: 1 }, { random });
    const W = network.parameters["recurrent.weight_hh_l0"];
    if (["orthogonal", "large"].includes(ask.start)) {
      const size = UNITS * UNITS;
      for (let from = 0; from < W.length; from += size) {
        W.set(orthogonal(UNITS, random).map((one) => (ask.start === "large" ? 1.5 : 1) * one), from);
      }
    }
    if (ask.start === "keep" && ask.cell !== "rnn") {
      network.parameters["recurrent.bias_ih_l0"].fill(1, UNITS, 2 * UNITS);
    }
    learn = new { adam: Adam, sgd: SGD }[ask.rule](network.parameters, Number(ask.rate));
    losses = [];
    lengths = [];
    batch = newBatch();
    profiles = []; // norms by lag of the last batches
    last = goBack();
    profiles = []; // the first batch counts once
  }

  function begin() {
    run(false);
    make();
    show();
  }

  /** One batch: forward, back, clip, a step. What is kept is from before the step. */
  function learnOnce() {
    last = goBack();
    learn.rate = Number(ask.rate);
    learn.step(last.gradients);
    losses.push(last.loss);
    lengths.push(last.length);
    batch = newBatch();
  }

  function goBack() {
    const { x, targets } = batch;
    const pass = network.forward(x, ask.steps, BATCH);
    const { loss, gradient } = meanSquaredError(pass.scores, targets);
    const d = network.back(pass, gradient);
    const size = BATCH * UNITS;
    const { hidden } = d.layers[0][0];
    const back = Array.from({ length: ask.steps }, (_, k) => ask.steps - 1 - k);
    profiles.push(back.map((t) => norm([hidden.subarray(t * size, (t + 1) * size)])));
    if (profiles.length > 20) profiles.shift();
    const lags = back.map((_, k) => mean(profiles.map((one) => one[k])));
    const before = running ? null : JSON.stringify({ x, targets, parameters: network.parameters }, (_, of) => (ArrayBuffer.isView(of) ? [...of] : of));
    const length = clip(d.parameters, Number(ask.limit));
    return { loss, lags, length, gradients: d.parameters, remembered: remembered(lags), before };
  }

  /** How many steps back the gradient is at least a tenth of what it is at the last state. */
  function remembered(lags) {
    const below = lags.findIndex((one) => !(one >= lags[0] / 10));
    return (below < 0 ? lags.length : below) - 1;
  }

  const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
  const recent = () => mean(losses.slice(-20));
  const broken = () => losses.length > 0 && !(last.loss < 1e6);
  const learnt = () => losses.length >= 50 && mean(losses.slice(-50)) < 0.01 * GUESSING[ask.task];
  const over = () => broken() || learnt() || losses.length >= MOST;

  // As many batches in a frame as leave the page fluid

  let drawn = 0;
  function frame() {
    if (!running || !box.isConnected) return;
    const begun = performance.now();
    do learnOnce();
    while (!over() && performance.now() - begun < 10);
    if (over()) run(false);
    if (!running || begun - drawn > (Live.still() ? 1000 : 150)) {
      drawn = begun;
      show();
    }
    requestAnimationFrame(frame);
  }

  function run(on) {
    const started = on && !running;
    running = on;
    runs.textContent = on ? "Pause" : "Run";
    if (started) requestAnimationFrame(frame);
  }

  // Controls

  const controls = html("div", { class: "live-controls" });
  const made = {};
  const add = (key, control) => {
    made[key] = control;
    controls.append(control.element);
  };
  const restart = (key) => (value) => {
    ask[key] = value;
    begin();
  };
  const later = (key) => (value) => {
    ask[key] = value;
    show();
  };
  const listed = (...all) => Object.fromEntries(all.map((one) => [one, one]));
  add("task", Live.choice({ label: "task", options: WORDS, value: ask.task, onchange: restart("task") }));
  add("cell", Live.choice({ label: "cell", options: NAMES, value: ask.cell, onchange: restart("cell") }));
  add("start", Live.choice({ label: "start", options: STARTS, value: ask.start, onchange: restart("start") }));
  add("rule", Live.choice({ label: "optimiser", options: { adam: "Adam", sgd: "gradient descent" }, value: ask.rule, onchange: restart("rule") }));
  add("rate", Live.choice({ label: "learning rate", options: listed("0.001", "0.003", "0.01", "0.02", "0.05", "0.1", "0.3", "1"), value: ask.rate, onchange: later("rate") }));
  add("limit", Live.choice({ label: "clip gradients at", options: { Infinity: "no limit", ...listed("10", "1", "0.1", "0.01") }, value: ask.limit, onchange: later("limit") }));
  add("steps", Live.range({ label: "steps", min: 5, max: 60, step: 5, value: ask.steps, format: String, onchange: restart("steps") }));
  const runs = Live.button("Run", () => {
    if (!running && over()) begin();
    run(!running);
    show();
  });
  const once = Live.button("One batch", () => {
    run(false);
    if (!over()) learnOnce();
    show();
  });
  const settings = Object.entries(SETTINGS).map(([words, to]) =>
    Live.button(words, () => {
      Object.assign(ask, to, { seed: 5 });
      for (const [key, value] of Object.entries(to)) made[key].set(value);
      begin();
      run(true);
    }),
  );
  const { stays, uses } = Live.bench(box);
  uses.append(
    html("div", { class: "live-buttons live-settings", role: "group", "aria-label": "Settings, which start at once" }, ...settings),
    controls,
    html("div", { class: "live-buttons" }, runs, once, Live.button("New network", begin), Live.button("New network, other seed", () => {
      ask.seed += 1;
      begin();
    })),
  );

  // Pictures

  /** At most 300 points, each the mean of some batches. */
  function thinned(all) {
    const every = Math.max(1, Math.ceil(all.length / 300));
    return Array.from({ length: Math.ceil(all.length / every) }, (_, i) => {
      const some = all.slice(i * every, (i + 1) * every);
      return [i * every + some.length / 2 + 0.5, mean(some)];
    });
  }

  const batches = () => ({ from: 0, to: Math.max(100, losses.length), label: "batches" });

  const heightOf = (width) => (width < 310 ? 90 : 150); // on a phone, two stand one below the other

  function drawLosses(image, width, pointed) {
    const place = { left: 48, top: 26, width: width - 62, height: heightOf(width) };
    const axes = new Live.Axes(image, place, batches(), { from: 1e-4, to: 10, log: true, label: "loss" });
    const guess = GUESSING[ask.task];
    axes.line([[0, guess], [batches().to, guess]], { dash: "6 4", width: 1.2 });
    axes.say("guessing", 0, guess, { dx: 4, dy: 15 });
    axes.line(thinned(losses), { colour: colour("loss") });
    if (losses.length) axes.mark(...thinned(losses).at(-1), { colour: colour("loss") });
    axes.point(pointed, { from: 1, to: losses.length }, (n) => `batch ${n}: ${rough(losses[n - 1])}`);
    return { height: place.height + 66, says: `The loss by batches, logarithmic. ${sentence()}` };
  }

  function drawLags(image, width, pointed) {
    const place = { left: 48, top: 26, width: width - 62, height: heightOf(width) };
    const axes = new Live.Axes(
      image,
      place,
      { from: 0, to: ask.steps, label: "steps back (k)" },
      { from: 1e-8, to: 1e2, log: true, label: "gradient by steps back" },
    );
    axes.line(last.lags.map((one, k) => [k, one]), { colour: colour(NAMES[ask.cell]), width: 2.5 });
    const point = [last.remembered, last.lags[last.remembered]];
    axes.mark(...point, { colour: colour(NAMES[ask.cell]), radius: 5 });
    axes.point(pointed, { from: 0, to: ask.steps - 1 }, (k) => `${k} steps back: ${rough(last.lags[k])}`);
    const far = last.remembered > ask.steps / 2;
    axes.say("remembered", ...point, { dx: far ? -6 : 8, dy: far ? 18 : -6, "text-anchor": far ? "end" : "start" });
    return { height: place.height + 66, says: `Norm of the gradient at the state k steps before the last, mean of 20 batches. It is remembered for ${last.remembered} steps.` };
  }

  function drawLengths(image, width, pointed) {
    const place = { left: 48, top: 26, width: width - 62, height: 110 };
    const axes = new Live.Axes(image, place, batches(), { from: 1e-4, to: 1e4, log: true, label: "length of the gradient" });
    const limit = Number(ask.limit);
    if (limit < Infinity) axes.line([[0, limit], [batches().to, limit]], { dash: "6 4", width: 1.2 });
    const longest = thinned(lengths).map(([at], i, all) => [at, Math.max(...lengths.slice(i * Math.ceil(lengths.length / all.length), (i + 1) * Math.ceil(lengths.length / all.length)))]);
    axes.line(longest, { colour: colour("loss"), width: 1.5 });
    if (longest.length) axes.mark(...longest.at(-1), { colour: colour("loss") });
    axes.point(pointed, { from: 1, to: lengths.length }, (n) => `batch ${n}: ${rough(lengths[n - 1])}`);
    return { height: place.height + 66, says: `Length of the gradient of all weights, by batches, before it is clipped: ${rough(last.length)} now.` };
  }

  function sentence() {
    const n = losses.length;
    const when = n ? `After ${n} ${n === 1 ? "batch" : "batches"}` : "Before the first batch is learnt from,";
    const clipped = last.length > Number(ask.limit) ? `, clipped to ${ask.limit}` : "";
    const now = `${when} the loss is ${rough(n ? recent() : last.loss)}, that of guessing ${rough(GUESSING[ask.task])}. The gradient has length ${rough(last.length)}${clipped}; remembered time: ${last.remembered} of ${ask.steps - 1} steps.`;
    if (broken()) return `${now} The loss has exploded. Clip the gradient, or take a lower learning rate; Run then begins with a new network.`;
    if (learnt()) return `${now} It has learnt the task.`;
    return n >= MOST ? `${now} That is enough: take another setting.` : now;
  }

  make();
  const pair = html("div", { class: "live-pair" });
  stays.append(pair);
  const redraws = [Live.picture(pair, drawLosses), Live.picture(pair, drawLags)];
  const say = Live.sentence(box);
  redraws.push(Live.picture(box, drawLengths));

  function show() {
    const keep = [...made.start.select.options].find(({ value }) => value === "keep");
    keep.disabled = ask.cell === "rnn"; // it has no gate
    for (const redraw of redraws) redraw();
    say(sentence());
    const { loss, lags, length, remembered: time } = last ?? {};
    box.dataset.now = JSON.stringify({ batches: losses.length, running, recent: recent(), loss, lags, length, remembered: time });
    box.dataset.before = last?.before ?? ""; // what one batch began with, to compute it again
  }

  show();
});
