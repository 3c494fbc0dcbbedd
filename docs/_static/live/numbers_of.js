/* Numbers from a file of the reader, and at another rate. What cannot be read is an Error, in one sentence.

   await NumbersOf.file(file)             its columns: [{ name, numbers }]
   NumbersOf.text(text)                   the same of a text: one number a line, or one signal a column
   NumbersOf.resample(numbers, rate, to)  as lab_code.models.signals does it                            */
"use strict";

const NumbersOf = (() => {
  const MOST_BYTES = 5e6;
  const MOST_NUMBERS = 200000;
  const MOST_COLUMNS = 1000;
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;
  const LARGEST_DENOMINATOR = 1000;
  const many = (n) => n.toLocaleString("en");

  async function file(one) {
    if (one.size > MOST_BYTES) {
      throw new Error(`The file has ${many(Math.ceil(one.size / 1e6))} MB; 5 MB is the most that this page takes. Cut a piece out of it.`);
    }
    return text(await one.text());
  }

  function text(content) {
    if (/[\0\uFFFD]/.test(content)) throw new Error("The file is not text. This page reads text and CSV; the command predict reads EDF.");
    const lines = content.replace(/^\uFEFF/, "").trimEnd().split(/\r\n|\n|\r/);
    if (lines.length === 1 && !lines[0].trim()) throw new Error("The file is empty.");
    refuse(lines.length, MOST_NUMBERS, "lines"); // before they are taken apart, which takes seconds
    const split = splitter(lines[0]);
    let rows = lines.map(split);
    if (lines.length === 1) refuse(rows[0].length, MOST_NUMBERS, "numbers");
    else refuse(rows[0].length, MOST_COLUMNS, "columns");
    let names = rows[0];
    if (names.some((name) => name && !NUMBER.test(name) && !NOT_FINITE.test(name))) rows = rows.slice(1);
    else names = names.map((_, i) => `column ${i + 1}`);
    const first = lines.length - rows.length + 1;
    if (!rows.length) throw new Error(`The file has no numbers: its only line is “${lines[0].slice(0, 40)}”.`);
    if (rows.length === 1 && names.length > 1) {
      rows = rows[0].map((one) => [one]); // one line with all numbers
      names = ["all numbers"];
    }
    const columns = names.map((name, i) => ({ name: name || `column ${i + 1}`, numbers: new Float64Array(rows.length) }));
    rows.forEach((row, number) => {
      const line = lines.length === 1 ? 1 : number + first;
      if (row.length !== names.length) throw new Error(`Line ${line} has ${row.length} columns, not ${names.length}.`);
      row.forEach((one, i) => {
        columns[i].numbers[number] = numberOf(one, line);
      });
    });
    return columns;
  }

  function refuse(n, most, what) {
    if (n > most) throw new Error(`The file has ${many(n)} ${what}; ${many(most)} is the most that this page takes. Cut a piece out of it.`);
  }

  function splitter(line) {
    const count = (sign) => line.split(sign).length;
    const [most, sign] = [",", ";", "\t"].map((one) => [count(one), one]).sort(([a], [b]) => b - a)[0];
    const between = most > 1 ? sign : /\s+/;
    return (one) => one.trim().split(between).map((part) => part.trim().replace(/^"(.*)"$/, "$1"));
  }

  function numberOf(letters, line) {
    if (NOT_FINITE.test(letters)) throw new Error(`Line ${line} is not a finite number: ${letters}.`);
    if (!NUMBER.test(letters)) {
      if (/^[+-]?\d*,\d+$/.test(letters)) throw new Error(`Line ${line} has a comma in its number: “${letters.slice(0, 40)}”. Write decimals with a point.`);
      throw new Error(letters ? `Line ${line} is not a number: “${letters.slice(0, 40)}”.` : `Line ${line} is empty, or lacks a number.`);
    }
    const number = Number(letters);
    if (!Number.isFinite(number)) throw new Error(`Line ${line} is too large for a number: ${letters.slice(0, 40)}.`);
    return number;
  }

  // Another rate: a low-pass of the kind that scipy.signal.resample_poly takes, with as many taps

  /** The nearest fraction with a small denominator, by continued fractions. */
  function fraction(value) {
    let [p0, q0, p1, q1, rest] = [0, 1, 1, 0, value];
    for (;;) {
      const whole = Math.floor(rest);
      if (q0 + whole * q1 > LARGEST_DENOMINATOR) break;
      [p0, q0, p1, q1] = [p1, q1, p0 + whole * p1, q0 + whole * q1];
      if (Math.abs(rest - whole) < 1e-12) return [p1, q1];
      rest = 1 / (rest - whole);
    }
    const k = Math.floor((LARGEST_DENOMINATOR - q0) / q1);
    const [p, q] = [p0 + k * p1, q0 + k * q1];
    return Math.abs(p1 / q1 - value) <= Math.abs(p / q - value) ? [p1, q1] : [p, q];
  }

  function bessel(x) {
    let [sum, term] = [1, 1];
    for (let k = 1; term > 1e-17 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
    return sum;
  }

  function taps(up, down) {
    const slow = Math.max(up, down);
    const half = 10 * slow;
    const h = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
      const t = (Math.PI * (i - half)) / slow;
      return (t ? Math.sin(t) / t : 1) * bessel(5 * Math.sqrt(1 - ((i - half) / half) ** 2));
    });
    const sum = h.reduce((total, one) => total + one, 0);
    return h.map((one) => (one * up) / sum);
  }

  function resample(numbers, rate, to) {
    const [up, down] = fraction(to / rate);
    if (up === down) return numbers;
    const h = taps(up, down);
    const half = (h.length - 1) / 2;
    const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    return Float64Array.from({ length: Math.ceil((numbers.length * up) / down) }, (_, m) => {
      const at = m * down;
      const last = Math.min(numbers.length - 1, Math.floor((at + half) / up));
      let sum = mean;
      for (let k = Math.max(0, Math.ceil((at - half) / up)); k <= last; k++) sum += (numbers[k] - mean) * h[half + at - k * up];
      return sum;
    });
  }

  return { file, text, resample };
})();
