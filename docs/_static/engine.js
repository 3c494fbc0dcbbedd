/* Recurrent networks that run, and learn, in the page: what lab_code/cells.py does, and the way back.

   All arrays are flat, and typed. A sequence is (step, batch, feature), row by row: torch's order
   without batch_first; the states are (step, batch, unit). With a batch of 1 it is (step, feature).

   const { Random, Cell, Network, Adam, clip, crossEntropy } = RecurrentEngine;

   new Random(seed)               .uniform(low, high)  .normal()  .integer(n)  .fill(array, low, high)
   Cell.of("rnn" | "lstm" | "gru", inputSize, hiddenSize, { precision, random })
                                  precision: "float64" (the default) or "float32". Weights are torch's
                                  at the start if there is a Random, else 0
     .weights                     { W_x, W_h, b_x, b_h } of cells.py, the rows of the gates in torch's order
     .unroll(x, steps, batch, start)
                                  all states and gates of each step, by their names in cells.py:
                                  { hidden, cell, input, forget, candidate, output, ... }
     .back(run, { hidden, cell }) the gradients, given those that arrive at each state from outside:
                                  { weights, inputs, hidden, cell, start }; `hidden` is dL/dh_t with all
                                  that came back from later steps
   new Linear(inputs, outputs, { precision, random })
     .weights { weight, bias }    .forward(x)  .back(x, gradient) -> { weights, inputs }
   new Network({ cell, input_size, hidden_size, n_classes, num_layers, bidirectional, readout },
               { precision, random })
                                  lab_code.networks.RecurrentClassifier; readout "each" answers at each step
     .parameters                  by their names in torch: "recurrent.weight_ih_l0", "classify.bias", ...
     .forward(x, steps, batch)    { scores, states, layers }; layers[0][0] is what `unroll` gave
     .back(pass, gradient)        { parameters, inputs, layers }; layers[0][0] is what `Cell.back` gave
   load(json, precision)          a Network with the weights that lab_code.models.inline wrote
   softmax(scores, n)             probabilities of each row of n scores
   crossEntropy(scores, classes, n), meanSquaredError(answers, targets)
                                  { loss, gradient }, means over all answers
   clip(gradients, longest)       shorten the gradients to a total norm; return the norm before
   new SGD(parameters, rate), new Adam(parameters, rate)
                                  .step(gradients), by the names of the parameters
   orthogonal(n, random)          a random matrix that turns and stretches nothing                     */
"use strict";

const RecurrentEngine = (() => {
  const PRECISIONS = { float32: Float32Array, float64: Float64Array };

  // Chance, which repeats itself

  class Random {
    constructor(seed = 0) {
      this.state = seed >>> 0;
    }

    /** A number from low to below high (the generator mulberry32). */
    uniform(low = 0, high = 1) {
      this.state = (this.state + 0x6d2b79f5) >>> 0;
      let z = this.state;
      z = Math.imul(z ^ (z >>> 15), z | 1);
      z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
      return low + (high - low) * (((z ^ (z >>> 14)) >>> 0) / 4294967296);
    }

    /** A number with mean 0 and variance 1, by Box and Muller. */
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      return radius * Math.cos(2 * Math.PI * this.uniform());
    }

    /** A whole number from 0 to below n. */
    integer(n) {
      return Math.floor(this.uniform(0, n));
    }

    fill(array, low, high) {
      return array.map(() => this.uniform(low, high));
    }
  }

  // Products of matrices. Four rows at a time: the same sums, and a processor does them faster.

  /** out (rows, n) += a (rows, inner) times b transposed (n, inner). */
  function addTimesTransposed(out, a, b, rows, n, inner) {
    for (let i = 0; i < rows; i++) {
      const from = i * inner;
      let j = 0;
      for (; j + 3 < n; j += 4) {
        const b0 = j * inner, b1 = b0 + inner, b2 = b1 + inner, b3 = b2 + inner;
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (let k = 0; k < inner; k++) {
          const one = a[from + k];
          s0 += one * b[b0 + k];
          s1 += one * b[b1 + k];
          s2 += one * b[b2 + k];
          s3 += one * b[b3 + k];
        }
        const to = i * n + j;
        out[to] += s0;
        out[to + 1] += s1;
        out[to + 2] += s2;
        out[to + 3] += s3;
      }
      for (; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += a[from + k] * b[j * inner + k];
        out[i * n + j] += sum;
      }
    }
  }

  /** out (rows, n) += a (rows, inner) times b (inner, n). */
  function addTimes(out, a, b, rows, n, inner) {
    for (let i = 0; i < rows; i++) {
      const to = i * n;
      let j = 0;
      for (; j + 3 < inner; j += 4) {
        const from = i * inner + j;
        const a0 = a[from], a1 = a[from + 1], a2 = a[from + 2], a3 = a[from + 3];
        const b0 = j * n, b1 = b0 + n, b2 = b1 + n, b3 = b2 + n;
        for (let k = 0; k < n; k++) {
          out[to + k] += a0 * b[b0 + k] + a1 * b[b1 + k] + a2 * b[b2 + k] + a3 * b[b3 + k];
        }
      }
      for (; j < inner; j++) {
        const one = a[i * inner + j];
        for (let k = 0; k < n; k++) out[to + k] += one * b[j * n + k];
      }
    }
  }

  /** out (m, n) += a transposed (rows, m) times b (rows, n). */
  function addTransposedTimes(out, a, b, rows, m, n) {
    let i = 0;
    for (; i + 3 < rows; i += 4) {
      const a0 = i * m, a1 = a0 + m, a2 = a1 + m, a3 = a2 + m;
      const b0 = i * n, b1 = b0 + n, b2 = b1 + n, b3 = b2 + n;
      for (let j = 0; j < m; j++) {
        const s0 = a[a0 + j], s1 = a[a1 + j], s2 = a[a2 + j], s3 = a[a3 + j];
        const to = j * n;
        for (let k = 0; k < n; k++) {
          out[to + k] += s0 * b[b0 + k] + s1 * b[b1 + k] + s2 * b[b2 + k] + s3 * b[b3 + k];
        }
      }
    }
    for (; i < rows; i++) {
      for (let j = 0; j < m; j++) {
        const one = a[i * m + j];
        for (let k = 0; k < n; k++) out[j * n + k] += one * b[i * n + k];
      }
    }
  }

  /** Add to each row of out. */
  function addToRows(out, row) {
    for (let i = 0; i < out.length; i += row.length) {
      for (let k = 0; k < row.length; k++) out[i + k] += row[k];
    }
  }

  /** out (n) += the sum of the rows of a. */
  function addRows(out, a) {
    for (let i = 0; i < a.length; i += out.length) {
      for (let k = 0; k < out.length; k++) out[k] += a[i + k];
    }
  }

  function addTo(out, a) {
    for (let i = 0; i < a.length; i++) out[i] += a[i];
  }

  function demand(holds, sentence) {
    if (!holds) throw new RangeError(sentence);
  }

  const sigmoid = (a) => 1 / (1 + Math.exp(-a));

  // Cells

  class Cell {
    static of(kind, inputSize, hiddenSize, options) {
      const kinds = { rnn: ElmanCell, lstm: LSTMCell, gru: GRUCell };
      demand(kind in kinds, `There is no cell ${kind}: take rnn, lstm or gru.`);
      return new kinds[kind](inputSize, hiddenSize, options);
    }

    constructor(inputSize, hiddenSize, { precision = "float64", random = null } = {}) {
      this.inputSize = inputSize;
      this.hiddenSize = hiddenSize;
      this.Numbers = PRECISIONS[precision];
      const rows = this.sets * hiddenSize;
      const bound = 1 / Math.sqrt(hiddenSize);
      const make = (n) => {
        const zeros = new this.Numbers(n);
        return random ? random.fill(zeros, -bound, bound) : zeros;
      };
      this.weights = {
        W_x: make(rows * inputSize),
        W_h: make(rows * hiddenSize),
        b_x: make(rows),
        b_h: make(rows),
      };
    }

    /** Go through sequences step by step and keep every state and gate. */
    unroll(x, steps, batch = 1, start = {}) {
      const { Numbers, sets, hiddenSize: n, inputSize, weights: w } = this;
      demand(
        x.length === steps * batch * inputSize,
        `${x.length} numbers are not ${steps} steps of ${batch} times ${inputSize} features.`,
      );
      const size = batch * n;
      const run = { x, steps, batch, before: {} };
      for (const state of this.states) {
        // the state before each step, and after the last one
        run.before[state] = new Numbers((steps + 1) * size);
        if (start[state]) run.before[state].set(start[state]);
        run[state] = run.before[state].subarray(size); // after each step
      }
      for (const gate of this.gates) run[gate] = new Numbers(steps * size);
      // x W_x' + b_x for all steps at once: no input waits for another
      run.fromInput = new Numbers(steps * size * sets);
      addToRows(run.fromInput, w.b_x);
      addTimesTransposed(run.fromInput, x, w.W_x, steps * batch, sets * n, inputSize);
      // h W_h' + b_h step by step: each state waits for the one before
      run.fromState = new Numbers(steps * size * sets);
      addToRows(run.fromState, w.b_h);
      for (let t = 0; t < steps; t++) {
        const h = run.before.hidden.subarray(t * size, (t + 1) * size);
        const sums = run.fromState.subarray(t * size * sets, (t + 1) * size * sets);
        addTimesTransposed(sums, h, w.W_h, batch, sets * n, n);
        for (let row = t * batch; row < (t + 1) * batch; row++) this.step(run, row);
      }
      return run;
    }

    /** Go back through time: from the last step to the first. */
    back(run, arriving = {}) {
      const { Numbers, sets, hiddenSize: n, inputSize, weights: w } = this;
      const { steps, batch } = run;
      const size = batch * n;
      const d = { before: {}, start: {} };
      for (const state of this.states) {
        d.before[state] = new Numbers((steps + 1) * size);
        d[state] = d.before[state].subarray(size);
        if (arriving[state]) d[state].set(arriving[state]);
        d.start[state] = d.before[state].subarray(0, size);
      }
      d.carried = new Numbers(steps * size); // at the cell state, from the next step alone
      d.fromInput = new Numbers(steps * size * sets);
      d.fromState = this.sumsDiffer ? new Numbers(steps * size * sets) : d.fromInput;
      for (let t = steps - 1; t >= 0; t--) {
        for (let row = t * batch; row < (t + 1) * batch; row++) this.stepBack(run, d, row);
        const h = d.before.hidden.subarray(t * size, (t + 1) * size);
        const sums = d.fromState.subarray(t * size * sets, (t + 1) * size * sets);
        addTimes(h, sums, w.W_h, batch, n, sets * n);
      }
      // the weights were used at every step, so their gradients add up
      const rows = steps * batch, m = sets * n;
      d.weights = {};
      for (const name of Object.keys(w)) d.weights[name] = new Numbers(w[name].length);
      addTransposedTimes(d.weights.W_x, d.fromInput, run.x, rows, m, inputSize);
      addTransposedTimes(d.weights.W_h, d.fromState, run.before.hidden, rows, m, n);
      addRows(d.weights.b_x, d.fromInput);
      addRows(d.weights.b_h, d.fromState);
      d.inputs = new Numbers(rows * inputSize);
      addTimes(d.inputs, d.fromInput, w.W_x, rows, inputSize, m);
      return d;
    }
  }

  // One row is one step of one sequence. `k` is the place of a unit among the states, `a` that of its
  // first sum. In `before`, place k is the state before the step.

  /** A simple recurrent network (Elman 1990): lab_code.cells.elman_step. */
  class ElmanCell extends Cell {
    step({ fromInput: x, fromState: h, hidden }, row) {
      const n = this.hiddenSize;
      for (let k = row * n; k < (row + 1) * n; k++) hidden[k] = Math.tanh(x[k] + h[k]);
    }

    stepBack({ hidden }, d, row) {
      const n = this.hiddenSize;
      for (let k = row * n; k < (row + 1) * n; k++) {
        d.fromInput[k] = d.hidden[k] * (1 - hidden[k] * hidden[k]);
      }
    }
  }
  Object.assign(ElmanCell.prototype, { kind: "rnn", sets: 1, states: ["hidden"], gates: [] });

  /** Hochreiter and Schmidhuber 1997, Gers et al. 2000: lab_code.cells.lstm_step. */
  class LSTMCell extends Cell {
    step(run, row) {
      const { fromInput: x, fromState: h, before } = run;
      const n = this.hiddenSize;
      for (let k = row * n, a = row * 4 * n; k < (row + 1) * n; k++, a++) {
        const i = sigmoid(x[a] + h[a]);
        const f = sigmoid(x[a + n] + h[a + n]);
        const g = Math.tanh(x[a + 2 * n] + h[a + 2 * n]);
        const o = sigmoid(x[a + 3 * n] + h[a + 3 * n]);
        const c = f * before.cell[k] + i * g;
        const shown = Math.tanh(c);
        run.input[k] = i;
        run.forget[k] = f;
        run.candidate[k] = g;
        run.output[k] = o;
        run.cell[k] = c;
        run.shown[k] = shown;
        run.hidden[k] = o * shown;
      }
    }

    stepBack(run, d, row) {
      const n = this.hiddenSize;
      for (let k = row * n, a = row * 4 * n; k < (row + 1) * n; k++, a++) {
        const i = run.input[k], f = run.forget[k], g = run.candidate[k], o = run.output[k];
        const shown = run.shown[k], dh = d.hidden[k];
        d.carried[k] = d.cell[k];
        const dc = d.cell[k] + dh * o * (1 - shown * shown);
        d.cell[k] = dc;
        d.fromInput[a] = dc * g * i * (1 - i);
        d.fromInput[a + n] = dc * run.before.cell[k] * f * (1 - f);
        d.fromInput[a + 2 * n] = dc * i * (1 - g * g);
        d.fromInput[a + 3 * n] = dh * shown * o * (1 - o);
        d.before.cell[k] += dc * f;
      }
    }
  }
  Object.assign(LSTMCell.prototype, {
    kind: "lstm",
    sets: 4,
    states: ["hidden", "cell"],
    gates: ["input", "forget", "candidate", "output", "shown"],
  });

  /** Cho et al. 2014, with the reset gate where torch has it: lab_code.cells.gru_step. */
  class GRUCell extends Cell {
    step(run, row) {
      const { fromInput: x, fromState: h, before } = run;
      const n = this.hiddenSize;
      for (let k = row * n, a = row * 3 * n; k < (row + 1) * n; k++, a++) {
        const r = sigmoid(x[a] + h[a]);
        const z = sigmoid(x[a + n] + h[a + n]);
        const candidate = Math.tanh(x[a + 2 * n] + r * h[a + 2 * n]);
        run.reset[k] = r;
        run.update[k] = z;
        run.candidate[k] = candidate;
        run.hidden[k] = (1 - z) * candidate + z * before.hidden[k];
      }
    }

    stepBack(run, d, row) {
      const n = this.hiddenSize;
      for (let k = row * n, a = row * 3 * n; k < (row + 1) * n; k++, a++) {
        const r = run.reset[k], z = run.update[k], candidate = run.candidate[k], dh = d.hidden[k];
        const dn = dh * (1 - z) * (1 - candidate * candidate);
        const dr = dn * run.fromState[a + 2 * n] * r * (1 - r);
        const dz = dh * (run.before.hidden[k] - candidate) * z * (1 - z);
        d.fromInput[a] = d.fromState[a] = dr;
        d.fromInput[a + n] = d.fromState[a + n] = dz;
        d.fromInput[a + 2 * n] = dn;
        d.fromState[a + 2 * n] = dn * r;
        d.before.hidden[k] += dh * z;
      }
    }
  }
  Object.assign(GRUCell.prototype, {
    kind: "gru",
    sets: 3,
    states: ["hidden"],
    gates: ["reset", "update", "candidate"],
    sumsDiffer: true,
  });

  // Layers

  class Linear {
    constructor(inputs, outputs, { precision = "float64", random = null } = {}) {
      Object.assign(this, { inputs, outputs, Numbers: PRECISIONS[precision] });
      const bound = 1 / Math.sqrt(inputs);
      this.weights = { weight: new this.Numbers(outputs * inputs), bias: new this.Numbers(outputs) };
      for (const of of random ? Object.values(this.weights) : []) {
        of.set(random.fill(of, -bound, bound));
      }
    }

    forward(x) {
      const rows = x.length / this.inputs;
      const out = new this.Numbers(rows * this.outputs);
      addToRows(out, this.weights.bias);
      addTimesTransposed(out, x, this.weights.weight, rows, this.outputs, this.inputs);
      return out;
    }

    back(x, gradient) {
      const { Numbers, inputs, outputs } = this;
      const rows = x.length / inputs;
      const weight = new Numbers(outputs * inputs);
      addTransposedTimes(weight, gradient, x, rows, outputs, inputs);
      const bias = new Numbers(outputs);
      addRows(bias, gradient);
      const dx = new Numbers(x.length);
      addTimes(dx, gradient, this.weights.weight, rows, inputs, outputs);
      return { weights: { weight, bias }, inputs: dx };
    }
  }

  /** The rows in the opposite order of steps. */
  function reversed(x, steps) {
    const size = x.length / steps;
    const out = new x.constructor(x.length);
    for (let t = 0; t < steps; t++) {
      out.set(x.subarray(t * size, (t + 1) * size), (steps - 1 - t) * size);
    }
    return out;
  }

  /** Rows of several arrays side by side, n numbers of each; `apart` undoes it. */
  function sideBySide(arrays, n) {
    if (arrays.length === 1) return arrays[0];
    const out = new arrays[0].constructor(arrays.length * arrays[0].length);
    arrays.forEach((array, place) => {
      for (let i = 0; i < array.length; i++) {
        out[(Math.floor(i / n) * arrays.length + place) * n + (i % n)] = array[i];
      }
    });
    return out;
  }

  function apart(array, n, many) {
    if (many === 1) return [array];
    return Array.from({ length: many }, (_, place) => {
      const out = new array.constructor(array.length / many);
      for (let i = 0; i < out.length; i++) {
        out[i] = array[(Math.floor(i / n) * many + place) * n + (i % n)];
      }
      return out;
    });
  }

  /** Read a sequence, then choose a class: lab_code.networks.RecurrentClassifier. */
  class Network {
    constructor(how, options = {}) {
      const { cell, input_size, hidden_size, n_classes, num_layers = 1, readout = "last" } = how;
      demand(
        ["last", "mean", "max", "mean_max", "each"].includes(readout),
        `There is no read-out ${readout}: take last, mean, max, mean_max or each.`,
      );
      this.readout = readout;
      this.size = hidden_size;
      this.directions = how.bidirectional ? 2 : 1;
      this.width = hidden_size * this.directions;
      this.layers = Array.from({ length: num_layers }, (_, layer) =>
        Array.from({ length: this.directions }, () =>
          Cell.of(cell, layer ? this.width : input_size, hidden_size, options),
        ),
      );
      const seen = readout === "mean_max" ? 2 : 1;
      this.classify = new Linear(seen * this.width, n_classes, options);
      this.parameters = this.named(
        this.layers.map((cells) => cells.map((one) => one.weights)),
        this.classify.weights,
      );
    }

    /** By the names that torch has: of the weights, or of their gradients. */
    named(layers, classify) {
      const names = { W_x: "weight_ih", W_h: "weight_hh", b_x: "bias_ih", b_h: "bias_hh" };
      const all = {};
      layers.forEach((cells, layer) =>
        cells.forEach((weights, direction) => {
          for (const [ours, theirs] of Object.entries(names)) {
            const name = `recurrent.${theirs}_l${layer}${direction ? "_reverse" : ""}`;
            all[name] = weights[ours];
          }
        }),
      );
      return { ...all, "classify.weight": classify.weight, "classify.bias": classify.bias };
    }

    forward(x, steps, batch = 1) {
      const pass = { steps, batch, layers: [], states: x };
      for (const cells of this.layers) {
        const runs = cells.map((cell, direction) =>
          cell.unroll(direction ? reversed(pass.states, steps) : pass.states, steps, batch),
        );
        pass.layers.push(runs);
        pass.states = sideBySide(
          runs.map(({ hidden }, direction) => (direction ? reversed(hidden, steps) : hidden)),
          this.size,
        );
      }
      pass.seen = this.readOut(pass);
      pass.scores = this.classify.forward(pass.seen);
      return pass;
    }

    /** What the classifier sees of the states. */
    readOut(pass) {
      const { steps, batch, states, layers } = pass;
      const size = batch * this.width;
      if (this.readout === "each") return states;
      if (this.readout === "last") {
        const part = batch * this.size;
        const last = layers.at(-1).map(({ hidden }) => hidden.subarray((steps - 1) * part));
        return sideBySide(last, this.size);
      }
      const mean = new states.constructor(size);
      const max = new states.constructor(size).fill(-Infinity);
      pass.where = new Int32Array(size); // the step of the maximum
      for (let t = 0; t < steps; t++) {
        for (let k = 0; k < size; k++) {
          const one = states[t * size + k];
          mean[k] += one / steps;
          if (one > max[k]) {
            max[k] = one;
            pass.where[k] = t;
          }
        }
      }
      if (this.readout === "mean") return mean;
      return this.readout === "max" ? max : sideBySide([mean, max], this.width);
    }

    back(pass, gradient) {
      const { steps } = pass;
      const last = this.classify.back(pass.seen, gradient);
      let arriving = this.readOutBack(pass, last.inputs);
      const d = { layers: [] };
      for (let layer = this.layers.length - 1; layer >= 0; layer--) {
        const backs = this.layers[layer].map((cell, direction) => {
          const hidden = direction ? reversed(arriving[1], steps) : arriving[0];
          return cell.back(pass.layers[layer][direction], { hidden });
        });
        d.layers.unshift(backs);
        d.inputs = backs[0].inputs;
        if (this.directions === 2) addTo(d.inputs, reversed(backs[1].inputs, steps));
        arriving = apart(d.inputs, this.size, layer ? this.directions : 1);
      }
      d.parameters = this.named(
        d.layers.map((backs) => backs.map((one) => one.weights)),
        last.weights,
      );
      return d;
    }

    /** The gradients that arrive at the top layer's states: an array for each direction. */
    readOutBack(pass, gradient) {
      const { steps, batch, states } = pass;
      const size = batch * this.width;
      if (this.readout === "each") return apart(gradient, this.size, this.directions);
      if (this.readout === "last") {
        const part = batch * this.size;
        return apart(gradient, this.size, this.directions).map((one, direction) => {
          const out = new states.constructor(steps * part);
          out.set(one, direction ? 0 : (steps - 1) * part); // it ends at the first step
          return out;
        });
      }
      const both = this.readout === "mean_max";
      const [first, second] = both ? apart(gradient, this.width, 2) : [gradient, gradient];
      const out = new states.constructor(states.length);
      for (let k = 0; k < size; k++) {
        if (this.readout !== "max") {
          for (let t = 0; t < steps; t++) out[t * size + k] += first[k] / steps;
        }
        if (this.readout !== "mean") out[pass.where[k] * size + k] += second[k];
      }
      return apart(out, this.size, this.directions);
    }
  }

  /** Numbers of 32 bits from the letters that lab_code.models.inline made of them. */
  function decode(letters) {
    const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  }

  function load({ network: how, weights }, precision = "float64") {
    const network = new Network(how, { precision });
    for (const [name, array] of Object.entries(network.parameters)) {
      demand(name in weights, `The weights lack ${name}.`);
      const { shape, data } = weights[name];
      const numbers = decode(data);
      const expected = shape.reduce((product, n) => product * n, 1);
      demand(
        numbers.length === array.length && expected === array.length,
        `${name} has ${numbers.length} numbers in place of ${array.length}.`,
      );
      array.set(numbers);
    }
    return network;
  }

  // Losses: the mean over all answers, and its gradient

  function softmax(scores, n) {
    const out = new scores.constructor(scores.length);
    for (let row = 0; row < scores.length; row += n) {
      const largest = Math.max(...scores.subarray(row, row + n));
      let sum = 0;
      for (let j = row; j < row + n; j++) sum += out[j] = Math.exp(scores[j] - largest);
      for (let j = row; j < row + n; j++) out[j] /= sum;
    }
    return out;
  }

  /** What the network said minus what is true, one row of n scores for each class in `classes`. */
  function crossEntropy(scores, classes, n) {
    const gradient = softmax(scores, n);
    let loss = 0;
    for (let row = 0; row < classes.length; row++) {
      const scoresOfRow = scores.subarray(row * n, (row + 1) * n);
      const largest = Math.max(...scoresOfRow);
      const sum = scoresOfRow.reduce((total, one) => total + Math.exp(one - largest), 0);
      loss += (Math.log(sum) + largest - scoresOfRow[classes[row]]) / classes.length;
      gradient[row * n + classes[row]] -= 1;
    }
    return { loss, gradient: gradient.map((one) => one / classes.length) };
  }

  function meanSquaredError(answers, targets) {
    let loss = 0;
    const gradient = answers.map((answer, i) => {
      const error = answer - targets[i];
      loss += (error * error) / answers.length;
      return (2 * error) / answers.length;
    });
    return { loss, gradient };
  }

  // Learning: parameters and gradients are objects with the same names

  /** The norm of all numbers of all arrays. */
  function norm(arrays) {
    let sum = 0;
    for (const array of Object.values(arrays)) {
      for (let i = 0; i < array.length; i++) sum += array[i] * array[i];
    }
    return Math.sqrt(sum);
  }

  /** Shorten gradients that are longer than this; return how long they were, as torch does. */
  function clip(gradients, longest) {
    const before = norm(gradients);
    const factor = Math.min(1, longest / (before + 1e-6));
    if (factor < 1) {
      for (const array of Object.values(gradients)) {
        for (let i = 0; i < array.length; i++) array[i] *= factor;
      }
    }
    return before;
  }

  class SGD {
    constructor(parameters, rate) {
      Object.assign(this, { parameters, rate });
    }

    step(gradients) {
      for (const [name, weights] of Object.entries(this.parameters)) {
        const gradient = gradients[name];
        for (let i = 0; i < weights.length; i++) weights[i] -= this.rate * gradient[i];
      }
    }
  }

  /** Kingma and Ba 2015, with torch's numbers. */
  class Adam {
    constructor(parameters, rate, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}) {
      Object.assign(this, { parameters, rate, beta1, beta2, epsilon, steps: 0 });
      const zeros = (array) => new array.constructor(array.length);
      this.moments = Object.fromEntries(
        Object.entries(parameters).map(([name, of]) => [name, [zeros(of), zeros(of)]]),
      );
    }

    step(gradients) {
      const { beta1, beta2 } = this;
      this.steps += 1;
      const rate = this.rate / (1 - beta1 ** this.steps);
      const scale = Math.sqrt(1 - beta2 ** this.steps);
      for (const [name, weights] of Object.entries(this.parameters)) {
        const gradient = gradients[name];
        const [mean, square] = this.moments[name];
        for (let i = 0; i < weights.length; i++) {
          mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i];
          square[i] = beta2 * square[i] + (1 - beta2) * gradient[i] * gradient[i];
          weights[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) / scale + this.epsilon);
        }
      }
    }
  }

  /** Rows of random numbers, each made orthogonal to those before it and given length 1. */
  function orthogonal(n, random) {
    const rows = [];
    while (rows.length < n) {
      let row = Float64Array.from({ length: n }, () => random.normal());
      for (const other of [...rows, ...rows]) {
        // twice, since once leaves rounding errors
        const along = row.reduce((sum, one, i) => sum + one * other[i], 0);
        row = row.map((one, i) => one - along * other[i]);
      }
      const length = Math.hypot(...row);
      rows.push(row.map((one) => one / length));
    }
    return Float64Array.from(rows.flatMap((row) => [...row]));
  }

  return {
    ...{ Random, Cell, Linear, Network, SGD, Adam },
    ...{ load, decode, softmax, crossEntropy, meanSquaredError, norm, clip, orthogonal },
  };
})();
