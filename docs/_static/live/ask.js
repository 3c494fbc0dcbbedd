/* A trained network that stands in the page, asked about seconds of a signal.

   const network = new Ask.Network(data)     data: what docs/_ext/live.py put into the page
     .ask(samples)            in counts of the recordings; returns
                              { steps, run, answers, named, probability, gradient }:
       run                    all states and gates of each step (RecurrentEngine's `unroll`)
       answers                after each step, the probability of each class, had the second ended there
       named, probability     the class that it names at the end
       gradient               of that class's score with respect to each sample
     .frozen({ update: "open", reset: "shut" })
                              the same network, with gates that stand still
   Ask.seconds(data)          the seconds that it never heard: [{ samples, truth, name }]
   Ask.deviation(samples)     their standard deviation                                              */
"use strict";

const Ask = (() => {
  const { load, softmax } = RecurrentEngine;
  const FROZEN = 40; // a bias with which a gate is open, or shut, to the last digit

  class Network {
    constructor(data) {
      this.data = data;
      this.network = load(data);
      this.classes = data.class_names;
      this.perStep = data.samples_per_step;
      this.steps = Math.floor(data.n_samples / this.perStep);
    }

    ask(samples) {
      const { network, classes, steps, perStep } = this;
      const { mean, std } = this.data.scaling;
      const x = Float64Array.from({ length: steps * perStep }, (_, i) => Math.fround((samples[i] - mean) / std));
      const pass = network.forward(x, steps);
      const answers = this.soFar(pass);
      const last = answers.subarray(-classes.length);
      const named = last.indexOf(Math.max(...last));
      const back = network.back(pass, Float64Array.from(classes, (_, i) => Number(i === named)));
      const gradient = back.inputs.map((one) => one / std);
      return { steps, run: pass.layers[0][0], answers, named, probability: last[named], gradient };
    }

    /** What it says after each step: it reads forwards, so the states so far do not know what follows. */
    soFar({ states }) {
      const { network, classes, steps } = this;
      const { width } = network;
      const seen = new Float64Array(steps * network.classify.inputs);
      for (let t = 1; t <= steps; t++) {
        const hidden = states.subarray(0, t * width);
        const until = { steps: t, batch: 1, states: hidden, layers: [[{ hidden }]] };
        seen.set(network.readOut(until), (t - 1) * network.classify.inputs);
      }
      return softmax(network.classify.forward(seen), classes.length);
    }

    frozen(gates) {
      const other = new Network(this.data);
      const [[cell]] = other.network.layers;
      const { inputSize, hiddenSize: n, weights } = cell;
      for (const [name, how] of Object.entries(gates)) {
        const row = cell.gates.indexOf(name) * n; // GRU: the rows of the weights are in this order
        weights.W_x.fill(0, row * inputSize, (row + n) * inputSize);
        weights.W_h.fill(0, row * n, (row + n) * n);
        weights.b_x.fill(how === "open" ? FROZEN : -FROZEN, row, row + n);
        weights.b_h.fill(0, row, row + n);
      }
      return other;
    }
  }

  function seconds({ seconds: { samples, truth, names }, n_samples: n }) {
    const bytes = Uint8Array.from(atob(samples), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const all = Float64Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true));
    return truth.map((one, i) => ({ samples: all.subarray(i * n, (i + 1) * n), truth: one, name: names[i] }));
  }

  function deviation(samples) {
    const mean = samples.reduce((sum, one) => sum + one, 0) / samples.length;
    return Math.sqrt(samples.reduce((sum, one) => sum + (one - mean) ** 2, 0) / samples.length);
  }

  return { Network, seconds, deviation };
})();
