/* Two waves in a recurrent network: a nudge of the first state on its way forward, and the gradient of
   the last state on its way back. The numbers of a state are those of all its parts: an LSTM has two.

   Waves.jacobians(cell, run)   for each step, the derivatives of each number of the state after it (row)
                                by each number of the state before it: the engine's gradients of that step
   Waves.forward(jacobians, n)  the nudge at the first state and after each step, size 1 at first
   Waves.back(jacobians, n)     the gradient at the same states, size 1 at the last
   Waves.part(box)              two images and what lets the waves pass; returns (forward, back) => ...

   Nudge times gradient, summed over the n numbers of a state, is the same at every state: what the nudge
   changes at the end.                                                                                   */
"use strict";

const Waves = (() => {
  const { html, rough } = Live;
  const even = (many) => new Float64Array(many).fill(1 / Math.sqrt(many));
  const length = (numbers) => Math.hypot(...numbers);

  function jacobians(cell, run) {
    const { hiddenSize: n, states } = cell;
    const many = states.length * n;
    const rows = run.steps * many; // each step by itself, once for each number of the state after it
    const repeat = (of, size) =>
      Float64Array.from({ length: rows * size }, (_, i) => of[Math.floor(i / (many * size)) * size + (i % size)]);
    const [start, arriving] = [{}, {}];
    states.forEach((state, part) => {
      start[state] = repeat(run.before[state], n);
      arriving[state] = new Float64Array(rows * n);
      for (let row = 0; row < rows; row++) {
        const place = (row % many) - part * n;
        if (place >= 0 && place < n) arriving[state][row * n + place] = 1;
      }
    });
    const d = cell.back(cell.unroll(repeat(run.x, cell.inputSize), 1, rows, start), arriving);
    return Array.from({ length: run.steps }, (_, t) => {
      const matrix = new Float64Array(many * many);
      for (let i = 0; i < many; i++) {
        const from = (t * many + i) * n;
        states.forEach((state, part) => matrix.set(d.start[state].subarray(from, from + n), i * many + part * n));
      }
      return matrix;
    });
  }

  /** A nudge is multiplied by each matrix on its way, ... */
  function forward(matrices, n) {
    const wave = [even(n)];
    for (const matrix of matrices) {
      const before = wave.at(-1);
      wave.push(before.map((_, i) => matrix.subarray(i * n, (i + 1) * n).reduce((sum, one, j) => sum + one * before[j], 0)));
    }
    return wave;
  }

  /** ... and a gradient by its transpose, from the last to the first. */
  function back(matrices, n) {
    const wave = [even(n)];
    for (const matrix of [...matrices].reverse()) {
      const before = new Float64Array(n);
      wave[0].forEach((one, i) => before.forEach((_, j) => (before[j] += matrix[i * n + j] * one)));
      wave.unshift(before);
    }
    return wave;
  }

  const SECONDS = 8; // for both waves

  function part(box) {
    const plays = html("div", { class: "live-controls" });
    box.append(plays);
    const images = [
      Raster.of(box, "forward →  a nudge of the first state, at each state after it"),
      Raster.of(box, "← back  the gradient of the last state, at each state before it"),
    ];
    const say = Live.sentence(box);
    let [waves, sizes] = [[[], []], [[], []]];
    let [passed, since] = [0, null]; // steps, of both waves; and the time when the first would have passed

    const steps = () => waves[0].length - 1;
    const button = Live.button("Let the waves pass", () => (since === null ? play() : pause()));
    const slider = Live.range({
      ...{ label: "steps that passed", min: 0, max: 1, step: 1, value: 1, format: String },
      onchange: (to) => {
        pause();
        show(to);
      },
    });
    plays.append(button, slider.element);

    function play() {
      const from = passed < 2 * steps() ? passed : 0;
      since = performance.now() - (from / (2 * steps())) * SECONDS * 1000;
      button.textContent = "Pause";
      requestAnimationFrame(frame);
    }

    function pause() {
      since = null;
      button.textContent = "Let the waves pass";
    }

    function frame() {
      if (since === null || !box.isConnected) return;
      const share = Math.min(1, (performance.now() - since) / (SECONDS * 1000));
      // who wants no motion sees a few pictures, one after the other
      const whole = Math.floor((Live.still() ? Math.floor(share * 8) / 8 : share) * 2 * steps());
      if (whole !== passed) show(whole);
      if (share < 1) requestAnimationFrame(frame);
      else pause();
    }

    function show(to, quiet = false) {
      passed = to;
      slider.set(to);
      const all = steps();
      const [there, here] = [Math.min(to, all), Math.max(0, to - all)];
      const bounds = [[0, there + 1], [to < all ? all + 1 : all - here, all + 1]];
      waves.forEach((wave, i) => {
        images[i].draw(wave.flatMap((of) => [...of]), wave[0].length, Math.max(...wave.map((of) => Math.max(...of.map(Math.abs)))), ...bounds[i]);
      });
      const [gone, came] = [sizes[0][there], sizes[1][all - here]];
      images[0].says(`The nudge at the first ${there + 1} states. Its size, 1 at the start, is ${rough(gone)} after ${there} steps.`);
      images[1].says(`The gradient at the last ${here + 1} states. Its size, 1 at the end, is ${rough(came)} after ${here} steps.`);
      const product = waves[0][0].reduce((sum, one, i) => sum + one * waves[1][0][i], 0);
      const at = `Forward, a nudge of size 1 is ${rough(gone)} after ${there} steps.`;
      const then = to < all ? "" : ` Back, a gradient of size 1 is ${rough(came)} after ${here} steps.`;
      const both = to < 2 * all ? "" : ` Nudge times gradient, summed over the numbers of a state, is ${rough(product)} at every step.`;
      say(at + then + both, quiet);
    }

    return (...both) => {
      waves = both;
      sizes = waves.map((wave) => wave.map(length));
      box.dataset.waves = JSON.stringify(sizes); // for those who want to compute it again
      pause();
      slider.input.max = 2 * steps();
      show(2 * steps(), true);
    };
  }

  return { jacobians, forward, back, part };
})();
