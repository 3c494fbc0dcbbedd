/* One unit with gates, whose weights are sliders, reading pulses; a gate can be frozen open or shut. */
"use strict";

Live.part("gates_by_hand", (box) => {
  const { html, shown, colour } = Live;
  const { Cell } = RecurrentEngine;
  const STEPS = 40;
  const PULSES = { 4: 1, 16: -1, 28: 0.5 };
  const FROZEN = 40; // a bias with which a gate is open, or shut, to the last digit
  const NAMES = { lstm: "LSTM", gru: "GRU" };
  // in the order of the rows of the weights: what it is called, and whether it is a gate
  const SETS = {
    lstm: { input: "input gate", forget: "forget gate", candidate: "candidate", output: "output gate" },
    gru: { reset: "reset gate", update: "update gate", candidate: "candidate" },
  };
  const STARTS = {
    lstm: { input: [0, 0, 3], forget: [0, 0, 2], candidate: [1, 0, 0], output: [0, 0, 1] },
    gru: { reset: [0, 0, 2], update: [0, 0, 1.5], candidate: [2, 0, 0] },
  };
  const WEIGHTS = ["from the input, U", "from the state, W", "bias, b"];
  let kind = "lstm";
  let chosen = "forget";
  let weights, frozen, run;

  function reset() {
    weights = Object.fromEntries(Object.entries(STARTS[kind]).map(([name, three]) => [name, [...three]]));
    frozen = {};
    if (!(chosen in weights)) chosen = Object.keys(weights)[1];
  }

  /** A frozen gate has a bias and nothing else. */
  function weightsOf(name) {
    return { open: [0, 0, FROZEN], shut: [0, 0, -FROZEN] }[frozen[name]] ?? weights[name];
  }

  function compute() {
    const cell = Cell.of(kind, 1, 1);
    Object.keys(SETS[kind]).forEach((name, row) => {
      const [U, W, b] = weightsOf(name);
      cell.weights.W_x[row] = U;
      cell.weights.W_h[row] = W;
      cell.weights.b_x[row] = b;
    });
    const x = Float64Array.from({ length: STEPS }, (_, t) => PULSES[t + 1] ?? 0);
    run = cell.unroll(x, STEPS);
  }

  // Controls

  const controls = html("div", { class: "live-controls" });
  const ofCell = html("div", { class: "live-same-grid" });
  const sliders = html("fieldset", { class: "live-controls" });
  const cells = Live.choice({
    ...{ label: "cell", options: NAMES, value: kind },
    onchange: (to) => {
      kind = to;
      reset();
      offer();
      show();
    },
  });
  controls.append(cells.element, ofCell); // the choice of the cell stays, and so does the focus on it
  const { stays, uses } = Live.bench(box);
  const legend = Live.legend(uses);
  uses.append(controls, sliders);

  /** The gates of the cell, and the sliders of the one that is chosen. */
  function offer() {
    const sets = Live.choice({
      ...{ label: "weights of", options: SETS[kind], value: chosen },
      onchange: (to) => {
        chosen = to;
        offerSliders();
      },
    });
    ofCell.replaceChildren(
      sets.element,
      ...Object.entries(SETS[kind])
        .filter(([name]) => name !== "candidate")
        .map(([name, words]) => {
          const options = { free: "free", open: "frozen open", shut: "frozen shut" };
          return Live.choice({
            ...{ label: words, options, value: frozen[name] ?? "free" },
            onchange: (to) => {
              frozen[name] = to;
              offerSliders();
              show();
            },
          }).element;
        }),
    );
    offerSliders();
  }

  function offerSliders() {
    const fixed = ["open", "shut"].includes(frozen[chosen]);
    const legend = `${SETS[kind][chosen][0].toUpperCase()}${SETS[kind][chosen].slice(1)}${fixed ? `, frozen ${frozen[chosen]}: its weights do nothing now` : ""}`;
    sliders.replaceChildren(
      html("legend", {}, legend),
      ...WEIGHTS.map((label, place) =>
        Live.range({
          ...{ label, min: -6, max: 6, step: 0.1, value: weights[chosen][place], format: (one) => shown(one, 1) },
          onchange: (to) => {
            weights[chosen][place] = to;
            show();
          },
        }).element,
      ),
    );
  }

  uses.append(
    html(
      "div",
      { class: "live-buttons" },
      Live.button("Weights and gates as they were", () => {
        reset();
        offer();
        show();
      }),
    ),
  );

  // Pictures, one below the other, with the same steps

  const steps = Array.from({ length: STEPS }, (_, t) => t + 1);
  const points = (of) => steps.map((t) => [t, of[t - 1]]);
  const stairs = (of) => steps.flatMap((t) => [[t - 0.5, of[t - 1]], [t + 0.5, of[t - 1]]]);
  const gates = () => Object.keys(SETS[kind]).filter((name) => name !== "candidate");
  const DASHES = [null, "7 3", "2 3"];

  function draw(image, width) {
    const x = { from: 0.5, to: STEPS + 0.5, at: [1, 10, 20, 30, 40] };
    const place = (top, height) => ({ left: 40, top, width: width - 54, height });
    const heights = width < 400 ? [36, 62, 90] : [56, 90, 130];
    const tops = [24, 54 + heights[0], 84 + heights[0] + heights[1]];
    const above = new Live.Axes(image, place(tops[0], heights[0]), { ...x, at: [] }, { from: -1.1, to: 1.1, at: [-1, 0, 1], label: "input" });
    above.line(stairs(run.x), { colour: colour("input") });
    const middle = new Live.Axes(image, place(tops[1], heights[1]), { ...x, at: [] }, { from: -0.03, to: 1.03, at: [0, 0.5, 1], label: "gates: 0 shut, 1 open" });
    gates().forEach((name, i) => middle.line(stairs(run[name]), { colour: colour(SETS[kind][name]), dash: DASHES[i] }));
    const states = kind === "lstm" ? [run.cell, run.hidden] : [run.hidden];
    const most = Math.max(1.1, ...states.flatMap((of) => [...of].map((one) => 1.1 * Math.abs(one))));
    const at = most > 2.2 ? undefined : [-1, 0, 1];
    const below = new Live.Axes(image, place(tops[2], heights[2]), { ...x, label: "step" }, { from: -most, to: most, at, label: "state and candidate" });
    below.line(points(run.candidate), { colour: colour("candidate"), dash: "2 3" });
    if (kind === "lstm") below.line(points(run.cell), { colour: colour("cell state"), width: 2.5 });
    below.line(points(run.hidden), { colour: colour("hidden state"), dash: kind === "lstm" ? "7 3" : null, width: 2.5 });
    return { height: tops[2] + heights[2] + 40, says: `Pulses of ${Object.values(PULSES).join(", ")} at steps ${Object.keys(PULSES).join(", ")}; the gates; the states. ${sentence()}` };
  }

  /** How much of the first pulse is there just before the second. */
  function sentence() {
    const [first, second] = Object.keys(PULSES).map(Number);
    const state = kind === "lstm" ? run.cell : run.hidden;
    const [then, later] = [state[first - 1], state[second - 2]];
    const share = Math.abs(then) < 5e-4 ? "" : `, ${Math.round((100 * later) / then)}\u00a0%`.replace("-", "−");
    const open = gates().map((name) => `${SETS[kind][name]} ${shown(run[name][first - 1], 2)} and ${shown(run[name][second - 2], 2)}`);
    const what = kind === "lstm" ? "cell" : "hidden";
    return `The first pulse made the ${what} state ${shown(then)}; ${second - 1 - first} steps later ${shown(later)} is there${share}. The gates at these two steps: ${open.join(", ")}.`;
  }

  reset();
  compute();
  offer();
  const redraw = Live.picture(stays, draw);
  const say = Live.sentence(box);

  function show() {
    compute();
    legend([
      ...gates().map((name, i) => [SETS[kind][name], colour(SETS[kind][name]), DASHES[i]]),
      ["candidate", colour("candidate"), "2 3"],
      ...(kind === "lstm" ? [["cell state", colour("cell state"), null]] : []),
      ["hidden state", colour("hidden state"), kind === "lstm" ? "7 3" : null],
    ]);
    redraw();
    say(sentence());
    const told = { weights: Object.keys(SETS[kind]).map(weightsOf), ...run };
    box.dataset.now = JSON.stringify(told, (_, of) => (ArrayBuffer.isView(of) ? [...of] : of));
  }

  show();
});
