/* Three steps of one tanh unit, forward and back, one number a click. The numbers are the engine's. */
"use strict";

Live.part("back_on_paper", (box) => {
  const { html, svg, text, colour } = Live;
  const STEPS = 3;
  const ASK = { u: 0.8, w: 0.7, b: 0, x1: 1, x2: -0.5, x3: 0.4, y: 0.6 };
  const SMALL = "₀₁₂₃";
  const values = { ...ASK };
  let stage = 0;

  /** Three digits after the point; of a small number they would leave nothing, so it gets five. */
  const shown = (value, digits = 3) => Live.shown(value, value !== 0 && Math.abs(value) < 0.01 ? 5 : digits);

  /** All numbers of both ways, from the engine. */
  function compute() {
    const cell = RecurrentEngine.Cell.of("rnn", 1, 1);
    cell.weights.W_x[0] = values.u;
    cell.weights.W_h[0] = values.w;
    cell.weights.b_x[0] = values.b;
    const x = Float64Array.of(values.x1, values.x2, values.x3);
    const run = cell.unroll(x, STEPS);
    const error = run.hidden[STEPS - 1] - values.y;
    const d = cell.back(run, { hidden: Float64Array.of(0, 0, error) });
    const sums = run.fromInput.map((one, t) => one + run.fromState[t]);
    return { x, h: run.before.hidden, a: sums, loss: error ** 2 / 2, dh: d.hidden, delta: d.fromInput, d: d.weights };
  }

  const n = (value) => (value < 0 ? `(${shown(value)})` : shown(value));

  /** What is worked out, line by line: forward, and then back. */
  function lines({ x, h, a, loss, dh, delta, d }) {
    const { u, w, b, y } = values;
    const forward = [1, 2, 3].map((t) => ({
      has: `h${t}`,
      says: `h${SMALL[t]} = tanh(u x${SMALL[t]} + w h${SMALL[t - 1]} + b) = tanh(${n(u)}·${n(x[t - 1])} + ${n(w)}·${n(h[t - 1])} + ${n(b)}) = tanh(${shown(a[t - 1])}) = ${shown(h[t])}`,
    }));
    const back = [3, 2, 1].flatMap((t) => [
      {
        has: `dh${t}`,
        says:
          t === STEPS
            ? `∂L/∂h₃ = h₃ − y = ${n(h[3])} − ${n(y)} = ${shown(dh[2])}`
            : `∂L/∂h${SMALL[t]} = w δ${SMALL[t + 1]} = ${n(w)}·${n(delta[t])} = ${shown(dh[t - 1])}`,
      },
      {
        has: `delta${t}`,
        says: `δ${SMALL[t]} = (1 − h${SMALL[t]}²) ∂L/∂h${SMALL[t]} = ${shown(1 - h[t] ** 2)}·${n(dh[t - 1])} = ${shown(delta[t - 1])}`,
      },
    ]);
    const sum = (name, by, times, total) => ({
      has: `d${name}`,
      says: `∂L/∂${name} = ${[1, 2, 3].map((t) => (by ? `δ${SMALL[t]} ${by(t)}` : `δ${SMALL[t]}`)).join(" + ")} = ${[1, 2, 3].map((t) => (by ? `${n(delta[t - 1])}·${n(times[t - 1])}` : n(delta[t - 1]))).join(" + ")} = ${shown(total)}`,
    });
    return [
      ...forward,
      { has: "loss", says: `L = ½ (h₃ − y)² = ½ (${n(h[3])} − ${n(y)})² = ${shown(loss)}` },
      ...back,
      sum("w", (t) => `h${SMALL[t - 1]}`, h, d.W_h[0]),
      sum("u", (t) => `x${SMALL[t]}`, x, d.W_x[0]),
      sum("b", null, null, d.b_x[0]),
    ];
  }

  // Controls

  const controls = html("fieldset", { class: "live-controls live-small" }, html("legend", {}, "Weights, inputs and target"));
  const NAMES = { x1: "x₁", x2: "x₂", x3: "x₃" };
  for (const [key, value] of Object.entries(ASK)) {
    const { element } = Live.number({
      ...{ label: NAMES[key] ?? key, min: -5, max: 5, step: 0.1, value },
      onchange: (to) => {
        values[key] = to;
        show();
      },
      complain: (words) => say(words),
    });
    controls.append(element);
  }
  const move = (to) => () => {
    stage = to();
    show();
  };
  const last = lines(compute()).length;
  const [start, back, next, all] = [
    Live.button("To the start", move(() => 0)),
    Live.button("Back", move(() => stage - 1)),
    Live.button("Next", move(() => stage + 1)),
    Live.button("All", move(() => last)),
  ];
  box.append(controls, html("div", { class: "live-buttons" }, next, back, all, start));
  const redraw = Live.picture(box, draw);
  const say = Live.sentence(box);
  const list = html("ol", { class: "live-lines", "aria-label": "What is worked out so far" });
  box.append(list);

  // The unfolded graph

  function arrow(image, from, to, { ink = "currentColor", dashed = false, width = 1.5 } = {}) {
    const [x, y] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(x, y);
    const [ex, ey] = [x / length, y / length];
    const line = { x1: from[0], y1: from[1], x2: to[0], y2: to[1], "stroke-width": width, style: { stroke: ink } };
    if (dashed) line["stroke-dasharray"] = "4 3";
    const head = `M${to[0]} ${to[1]} L${to[0] - 7 * ex - 4 * ey} ${to[1] - 7 * ey + 4 * ex} L${to[0] - 7 * ex + 4 * ey} ${to[1] - 7 * ey - 4 * ex} Z`;
    image.append(svg("line", line), svg("path", { d: head, style: { fill: ink } }));
  }

  function draw(image, width) {
    const all = compute();
    const known = new Set(lines(all).slice(0, stage).map(({ has }) => has));
    const newest = stage ? lines(all)[stage - 1].has : "";
    const loss = colour("loss");
    const column = (t) => (width * (t - 0.46)) / STEPS;
    const [top, middle, bottom] = [34, 138, 290];
    const radius = 19;
    const number = (name, words, x, y, extra = {}) => {
      if (known.has(name)) {
        const bold = name === newest ? "700" : "400";
        image.append(text(words, x, y, { "font-weight": bold, "text-anchor": "middle", ...extra }));
      }
    };
    const node = (words, x, y, quantity) => {
      image.append(
        svg("circle", { cx: x, cy: y, r: radius, "stroke-width": 2.5, fill: "none", style: { stroke: colour(quantity) } }),
        text(words, x, y + 4, { "text-anchor": "middle", "font-weight": 600 }),
      );
    };
    for (let t = 1; t <= STEPS; t++) {
      const x = column(t);
      arrow(image, [x, bottom - radius], [x, middle + radius + 62]);
      image.append(text("u", x + 8, bottom - radius - 12, { "font-style": "italic" }));
      node(`x${SMALL[t]}`, x, bottom, "input");
      image.append(text(shown(all.x[t - 1], 2), x, bottom + radius + 16, { "text-anchor": "middle" }));
      const from = t === 1 ? 2 : column(t - 1) + radius;
      arrow(image, [from, middle], [x - radius, middle]);
      if (t > 1) image.append(text("w", (from + x - radius) / 2 - 6, middle - 6, { "font-style": "italic" }));
      node(`h${SMALL[t]}`, x, middle, "hidden state");
      number(`h${t}`, shown(all.h[t]), x, middle + radius + 16);
      // the way back, below the arrows of the way forward
      if (known.has(`dh${t}`) && t < STEPS) {
        arrow(image, [column(t + 1) - radius, middle + 10], [x + radius, middle + 10], { ink: loss, dashed: true });
      }
      number(`dh${t}`, `∂L/∂h${SMALL[t]} ${shown(all.dh[t - 1])}`, x, middle + radius + 34, { class: "live-back", "font-size": width < 400 ? 11 : 12 });
      number(`delta${t}`, `δ${SMALL[t]} ${shown(all.delta[t - 1])}`, x, middle + radius + 52, { class: "live-back", "font-size": width < 400 ? 11 : 12 });
    }
    image.append(text("h₀ = 0", 2, middle - radius - 6)); // on a phone, the circle begins beside it
    const x = column(STEPS);
    arrow(image, [x, middle - radius], [x, top + radius]);
    if (known.has("dh3")) arrow(image, [x + 9, top + radius], [x + 9, middle - radius], { ink: loss, dashed: true });
    node("L", x, top, "loss");
    number("loss", shown(all.loss), x - radius - 6, top + 4, { "text-anchor": "end" });
    const sums = { w: all.d.W_h[0], u: all.d.W_x[0], b: all.d.b_x[0] };
    Object.entries(sums).forEach(([name, value], i) => {
      number(`d${name}`, `∂L/∂${name} = ${shown(value)}`, 2, top - 12 + 18 * i, { "text-anchor": "start" });
    });
    const told = stage ? `${stage} of ${last} numbers are worked out; the list below has them.` : "No number is worked out yet.";
    return { height: bottom + radius + 24, says: `The graph of three steps: inputs, hidden states, a loss at the end. ${told}` };
  }

  function show() {
    const worked = lines(compute()).slice(0, stage);
    list.replaceChildren(
      ...worked.map(({ says, has }, i) => html("li", { "data-has": has, class: i === stage - 1 ? "live-now" : "" }, says)),
    );
    for (const one of [next, all]) Live.enable(one, stage < last);
    for (const one of [back, start]) Live.enable(one, stage > 0);
    redraw();
    say(stage ? worked.at(-1).says : "Press Next: the first number is worked out.");
  }

  show();
});
