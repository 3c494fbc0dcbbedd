/* A second of EEG: the reader names its class, then the network and a threshold do. */
"use strict";

Live.part("beat_the_network", (box, data) => {
  const { html, shown, enable } = Live;
  const ROUND = 10;
  const SEIZURE = data.classes.indexOf("S");
  const rate = data.sampling_rate;
  const names = data.class_names;
  const network = new Ask.Network(data);
  const all = Ask.seconds(data);
  const x = Second.time(rate, data.n_samples);
  const isSeizure = (place) => (place === SEIZURE ? "a seizure" : "no seizure");
  let mode = box.parentElement.dataset.start === "seizure" ? "seizure" : "classes";
  let scale = "shown";
  let seed = 0;
  let queue = [];
  let round, place, now;

  // A round: ten seconds, drawn by chance that repeats itself, and how all stand

  /** The seconds in another order; with two answers, as many seizures as others. */
  function shuffled() {
    const random = new RecurrentEngine.Random((seed += 1));
    const mixed = [...all];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = random.integer(i + 1);
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    if (mode === "classes") return mixed;
    const seizures = mixed.filter(({ truth }) => truth === SEIZURE);
    const some = new Set([...seizures, ...mixed.filter((one) => !seizures.includes(one)).slice(0, seizures.length)]);
    return mixed.filter((one) => some.has(one));
  }

  function newRound() {
    if (queue.length < ROUND) queue = shuffled();
    round = queue.splice(0, ROUND);
    place = 0;
    for (const one of round) Object.assign(one, { guess: null, asked: null });
    now = round[0];
  }

  function guess(one) {
    now.guess = one;
    now.asked = network.ask(now.samples);
    now.deviation = Ask.deviation(now.samples);
    now.large = now.deviation > data.seconds.threshold;
  }

  /** Of the seconds so far, how many each had right: the class, and whether it is a seizure. */
  function standing() {
    const done = round.filter(({ guess: one }) => one !== null);
    const seizure = ({ truth }) => truth === SEIZURE;
    const count = (right) => done.filter(right).length;
    const guessed = (one) => (mode === "seizure" ? one.guess : one.guess === SEIZURE);
    return {
      n: done.length,
      you: [count((one) => one.guess === one.truth), count((one) => guessed(one) === seizure(one))],
      network: [count((one) => one.asked.named === one.truth), count((one) => (one.asked.named === SEIZURE) === seizure(one))],
      threshold: [null, count((one) => one.large === seizure(one))],
    };
  }

  newRound();

  // Controls

  const start = (change) => {
    change();
    newRound();
    offer();
    show();
  };
  const question = Live.choice({
    label: "you say",
    options: { classes: "which of five", seizure: "seizure or not" },
    value: mode,
    onchange: (to) =>
      start(() => {
        mode = to;
        queue = [];
      }),
  });
  const scales = Live.choice({
    label: "how large it is",
    options: { shown: "shown", hidden: "hidden" },
    value: scale,
    onchange: (to) => {
      scale = to;
      show();
    },
  });
  box.append(html("div", { class: "live-controls" }, question.element, scales.element));

  const WIDEST = 640;
  const redraw = Live.picture(box, drawWave, WIDEST);
  const buttons = html("div", { class: "live-buttons" });
  box.append(buttons);
  let answers;
  const next = Live.button("Next", () => {
    if (place + 1 < ROUND) now = round[(place += 1)];
    else newRound();
    show();
    answers[0].focus({ preventScroll: true });
  });

  function offer() {
    const options = mode === "classes" ? names.map((name, one) => [name, one]) : [["seizure", true], ["no seizure", false]];
    answers = options.map(([words, one]) =>
      Live.button(words, () => {
        guess(one);
        show();
        next.focus({ preventScroll: true });
      }),
    );
    buttons.replaceChildren(...answers, next);
  }

  const say = Live.sentence(box, 300);
  const table = html("table", { class: "live-score" });
  box.append(table);
  const after = html("div");
  box.append(after);
  const legend = Live.legend(after);
  const redrawAnswers = Live.picture(after, drawAnswers, WIDEST);

  // Pictures

  function drawWave(image, width) {
    const { samples } = now;
    const [low, high] = [Math.min(...samples), Math.max(...samples)];
    const spare = 0.05 * (high - low || 1);
    const y = { from: low - spare, to: high + spare, label: scale === "shown" ? "counts, about 1 µV each" : "" };
    if (scale === "hidden") y.at = [];
    const axes = new Live.Axes(image, { left: 48, top: 24, width: width - 62, height: 150 }, x, y);
    if (now.asked) {
      const most = Math.max(...now.asked.gradient.map(Math.abs));
      const height = (one) => y.from + ((y.to - y.from) * Math.abs(one)) / most;
      const sticks = [...now.asked.gradient].flatMap((one, i) => [[i / rate, y.from], [i / rate, height(one)], [NaN, NaN]]);
      const room = axes.across(1 / rate) - axes.across(0);
      axes.line(sticks, { colour: Live.colour("GRU"), width: 0.7 * room, opacity: 0.6 });
    }
    Second.wave(axes, samples, rate);
    return { height: 212, says: inWords(low, high) };
  }

  function inWords(low, high) {
    const size = scale === "shown" ? `, goes from ${shown(low, 0)} to ${shown(high, 0)} counts, and its standard deviation is ${shown(Ask.deviation(now.samples), 0)}` : "";
    let looked = "";
    if (now.asked) {
      const sizes = now.asked.gradient.map(Math.abs);
      looked = ` Sticks show the gradient of the network's answer; it is largest at ${shown(sizes.indexOf(Math.max(...sizes)) / rate, 2)} seconds.`;
    }
    return `A second of EEG. ${Second.describe(now.samples)}${size}.${looked}`;
  }

  function drawAnswers(image, width) {
    const asked = now.asked ?? { answers: new Float64Array(names.length), steps: 1 }; // it is hidden
    Second.answers(image, { left: 48, top: 24, width: width - 62, height: 110 }, asked, names, x, rate);
    const quarter = (share) => {
      const row = Math.ceil(share * asked.steps) - 1;
      const of = [...asked.answers.subarray(row * names.length, (row + 1) * names.length)];
      const most = of.indexOf(Math.max(...of));
      return `${names[most]} with ${Second.percent(of[most])}`;
    };
    return { height: 172, says: `What the network would say after a quarter of the second: ${quarter(0.25)}; after half: ${quarter(0.5)}; at the end: ${quarter(1)}.` };
  }

  // Words

  /** Who is asked for a seizure or not is right with another class than the true one, if neither is a seizure. */
  function judged(named, truth) {
    if (named === truth) return "right";
    if (mode === "seizure" && named !== SEIZURE && truth !== SEIZURE) return "right that it is no seizure, though not in its class";
    return "wrong";
  }

  /** "N040, 4" in words: the recordings have the names of the files that were published. */
  function fromWhere(name) {
    const [recording, second] = name.split(", ");
    const number = Number(recording.slice(1));
    return `second ${second} of ${recording}, the ${data.seconds.real ? "" : "simulated "}recording ${number} of set ${recording[0]}`;
  }

  function sentence() {
    const where = `Second ${place + 1} of ${ROUND}.`;
    if (!now.asked) {
      return `${where} ${mode === "classes" ? "Which of the five is it?" : "A seizure or not?"}`;
    }
    const { truth, asked, name } = now;
    const right = mode === "classes" ? now.guess === truth : now.guess === (truth === SEIZURE);
    const yours = mode === "classes" ? names[now.guess] : isSeizure(now.guess ? SEIZURE : -1);
    const it = `${where} ${right ? "Right: it is" : `You said ${yours}; it is`} ${names[truth]}, ${fromWhere(name)}.`;
    const said = `The network says ${names[asked.named]}, with ${Second.percent(asked.probability)}: ${judged(asked.named, truth)}.`;
    const large = `The standard deviation is ${shown(now.deviation, 0)}, ${now.large ? "above" : "below"} ${shown(data.seconds.threshold, 0)}: the threshold says ${isSeizure(now.large ? SEIZURE : -1)}.`;
    return [it, said, large, place + 1 === ROUND ? verdict() : ""].join(" ").trim();
  }

  function verdict() {
    const { you, network: its, threshold } = standing();
    if (mode === "seizure") return `After ten: you ${you[1]}, the network ${its[1]}, the threshold ${threshold[1]} right.`;
    return `After ten: you name ${you[0]} right, the network ${its[0]}. Asked only whether it is a seizure: you ${you[1]}, the network ${its[1]}, the threshold ${threshold[1]}.`;
  }

  function tell() {
    const { n, ...rows } = standing();
    const both = mode === "classes";
    const of = (one) => (one === null ? "–" : `${one} of ${n}`);
    const head = [`right`, ...(both ? ["class"] : []), "seizure or not"].map((words) => html("th", { scope: "col" }, words));
    const labels = { you: "you", network: "the network", threshold: "the threshold" };
    table.replaceChildren(
      html("thead", {}, html("tr", {}, ...head)),
      html(
        "tbody",
        {},
        ...Object.entries(rows).map(([who, [one, other]]) =>
          html("tr", {}, html("th", { scope: "row" }, labels[who]), ...(both ? [html("td", {}, of(one))] : []), html("td", {}, of(other))),
        ),
      ),
    );
  }

  function show() {
    for (const button of answers) enable(button, !now.asked);
    enable(next, now.asked);
    next.textContent = place + 1 === ROUND && now.asked ? "Ten others" : "Next";
    redraw();
    after.hidden = !now.asked;
    if (now.asked) {
      legend([...Second.legend(names, now.asked), ["sticks above: gradient of its answer", Live.colour("GRU")]]);
      redrawAnswers();
    }
    say(sentence());
    tell();
    const { asked, ...told } = now;
    const numbers = asked && { ...asked, run: undefined };
    box.dataset.now = JSON.stringify({ ...told, mode, place, standing: standing(), asked: numbers }, (_, of) => (ArrayBuffer.isView(of) ? [...of] : of));
  }

  offer();
  show();
});
