/* Drawings of a second, and of what a network says of it (ask.js).

   Second.time(rate, n)                       the axis of time, for n samples
   Second.wave(axes, samples, rate)           the signal
   Second.answers(image, place, asked, names, x, rate)
                                              probabilities of the classes after each step
   Second.legend(names, asked)                entries for Live.legend, with the last probabilities
   Second.describe(samples)                   a wave in words                                      */
"use strict";

const Second = (() => {
  const { colour } = Live;
  const DASHES = [null, "8 3", "2 3", "8 3 2 3", "4 4"];
  const percent = (share) => `${Math.round(100 * share)}\u00a0%`; // no line ends before the sign

  function time(rate, n, label = "seconds") {
    return { from: 0, to: n / rate, at: [0, 0.2, 0.4, 0.6, 0.8, 1], label };
  }

  function wave(axes, samples, rate) {
    axes.line(Array.from(samples, (one, i) => [i / rate, one]), { width: 1.5 });
  }

  function answers(image, place, { answers: of, steps }, names, x, rate) {
    const y = { from: -0.02, to: 1.02, at: [0, 0.5, 1], label: "probability, had it ended there" };
    const axes = new Live.Axes(image, place, x, y);
    const n = names.length;
    const perStep = Math.floor((x.to * rate) / steps);
    names.forEach((name, one) => {
      const points = Array.from({ length: steps }, (_, t) => [((t + 1) * perStep) / rate, of[t * n + one]]);
      axes.line(points, { colour: colour(name), dash: DASHES[one], width: 2.5 });
    });
  }

  function legend(names, { answers: of }) {
    const last = of.subarray(-names.length);
    return names.map((name, one) => [`${name} ${percent(last[one])}`, colour(name), DASHES[one]]);
  }

  function describe(samples) {
    const mean = samples.reduce((sum, one) => sum + one, 0) / samples.length;
    let crossed = 0;
    for (let i = 1; i < samples.length; i++) crossed += (samples[i] > mean) !== (samples[i - 1] > mean);
    return `It crosses its mean ${crossed} times`;
  }

  return { time, wave, answers, legend, describe, percent };
})();
