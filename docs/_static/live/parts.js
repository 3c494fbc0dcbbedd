/* What live parts share (docs/_ext/live.py): elements, controls, axes, a sentence that is read out.

   Live.part(name, (box, tools) => ...)    runs for each part of that name in the page
   Live.html(tag, attributes, ...children), Live.svg(...)
   Live.range, .choice, .button, .enable, .number          controls with their labels
   Live.sentence(box)                      tells what is shown, also to a screen reader
   Live.bench(box)                         { stays, uses }: what is put into `stays` remains in sight while
                                           one uses what is put into `uses`, below it
   Live.picture(box, draw)                 an SVG as wide as there is room, drawn again when that changes;
                                           `draw(svg, width, pointed)`, where one points from its left
   new Live.Axes(svg, place, x, y)         axes, and lines and marks in them
   Live.colour(quantity)                   the colour of a quantity: the same as in the book's figures */
"use strict";

const Live = (() => {
  const make = (create) => (tag, attributes = {}, ...children) => {
    const element = create(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "style") Object.assign(element.style, value);
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };
  const html = make((tag) => document.createElement(tag));
  const svg = make((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));

  let count = 0;
  const newId = () => `live-${(count += 1)}`;

  /** A number as the book writes it: with a true minus. */
  const shown = (value, digits = 3) =>
    Number.isFinite(value)
      ? (Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value).toFixed(digits).replace("-", "−")
      : "not a number";

  /** A number of any size in few signs. */
  const rough = (value) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : "more than any number";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 0.01 && size < 10000) return String(Number(value.toPrecision(size < 100 ? 2 : 4))).replace("-", "−");
    const [digits, power] = value.toExponential(0).split("e");
    return `${digits === "1" ? "" : `${digits.replace("-", "−")}·`}10${[...power.replace("+", "")].map((one) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(one)]).join("")}`;
  };

  const colour = (quantity) => `var(--live-${quantity.replaceAll(" ", "-")})`;

  /** Start a part in each of its boxes; what stood in for it gives way. */
  function part(name, start) {
    for (const figure of document.querySelectorAll(`figure.live[data-live="${name}"]`)) {
      for (const [quantity, value] of Object.entries(JSON.parse(figure.dataset.colours))) {
        figure.style.setProperty(`--live-${quantity.replaceAll(" ", "-")}`, value);
      }
      const data = figure.querySelector('script[type="application/json"]');
      const box = html("div", { class: "live-box" });
      figure.append(box);
      start(box, data ? JSON.parse(data.textContent) : null);
      figure.classList.add("live-runs");
    }
  }

  // Controls

  function range({ label, min, max, step, value, format = (one) => shown(one, 2), onchange }) {
    const id = newId();
    const output = html("output", { for: id });
    const input = html("input", { id, type: "range", min, max, step, value });
    const show = () => {
      output.textContent = format(Number(input.value));
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", () => {
      show();
      onchange(Number(input.value));
    });
    show();
    const element = html("div", { class: "live-control" }, html("label", { for: id }, `${label}: `, output), input);
    const set = (to) => {
      input.value = to;
      show();
    };
    return { element, input, set, get value() { return Number(input.value); } };
  }

  function choice({ label, options, value, onchange }) {
    const id = newId();
    const select = html(
      "select",
      { id, onchange: () => onchange(select.value) },
      ...Object.entries(options).map(([key, words]) =>
        html("option", { value: key, selected: key === value }, words),
      ),
    );
    const element = html("div", { class: "live-control" }, html("label", { for: id }, label), select);
    return { element, select, set: (to) => (select.value = to), get value() { return select.value; } };
  }

  /** One that is off stays in reach of the keyboard: `Live.enable` says whether it does anything. */
  function button(words, onclick) {
    const element = html("button", { type: "button", class: "live-button" }, words);
    element.addEventListener("click", () => {
      if (element.getAttribute("aria-disabled") !== "true") onclick();
    });
    return element;
  }

  function enable(element, on) {
    element.setAttribute("aria-disabled", String(!on));
  }

  const LEAST = 180; // pixels, for a row of controls and a finger

  /** On a small screen, one would move a slider without seeing what it does. */
  function bench(box) {
    const stays = html("div", { class: "live-stays" });
    const uses = html("div", { class: "live-uses" });
    const whole = html("div", { class: "live-bench" }, stays, uses);
    box.append(whole);
    const header = document.querySelector(".bd-header");
    const measure = () => {
      const top = header && getComputedStyle(header).position === "sticky" ? header.offsetHeight : 0;
      whole.style.setProperty("--live-top", `${top}px`);
      whole.style.setProperty("--live-height", `${stays.offsetHeight}px`);
      stays.classList.toggle("live-held", innerHeight - top - stays.offsetHeight >= LEAST);
    };
    const sizes = new ResizeObserver(measure);
    for (const one of [stays, header]) one && sizes.observe(one);
    addEventListener("resize", measure);
    return { stays, uses };
  }

  /** A number to type. What is no number, or out of range, is not taken, and `complain` says so. */
  function number({ label, name = label, min, max, step, value, onchange, complain }) {
    const id = newId();
    // the keys of a phone for decimals have no minus
    const inputmode = min < 0 ? null : "decimal";
    const input = html("input", { id, type: "number", inputmode, min, max, step, value });
    input.addEventListener("input", () => {
      const typed = input.value.trim() === "" ? NaN : Number(input.value);
      const good = typed >= min && typed <= max;
      input.setAttribute("aria-invalid", String(!good));
      if (good) onchange(typed);
      else complain(`${name} must be a number from ${shown(min, 0)} to ${shown(max, 0)}; until then the last one counts.`);
    });
    const element = html("div", { class: "live-control live-number" }, html("label", { for: id }, label), input);
    return { element, input };
  }

  /** A sentence below a part. A screen reader hears it when it has not changed for a while, or for long;
      but not one that is quiet, since another sentence tells what changed. */
  function sentence(box, wait = 800, longest = 15000) {
    const seen = html("p", { class: "live-says" });
    const heard = html("p", { class: "live-heard", role: "status", "aria-live": "polite" });
    box.append(seen, heard);
    let timer = null;
    let since = 0;
    const tell = () => {
      heard.textContent = seen.textContent;
      since = performance.now();
    };
    return (words, quiet = false) => {
      if (words === seen.textContent) return;
      seen.textContent = words;
      clearTimeout(timer);
      if (quiet) return;
      if (performance.now() - since > longest && since) tell();
      else timer = setTimeout(tell, wait);
    };
  }

  /** A picture as wide as there is room. `draw` returns its height and what it shows. */
  function picture(box, draw, widest = 640) {
    const image = svg("svg", { role: "img" });
    const holder = html("div", { class: "live-picture" }, image);
    box.append(holder);
    let [width, pointed] = [0, null];
    const measure = () => Math.max(260, Math.min(widest, holder.clientWidth || widest));
    // the room is measured when it changes, and not at each redraw: that would lay out the page each time
    const redraw = () => {
      width ||= measure();
      image.replaceChildren();
      const { height, says } = draw(image, width, pointed);
      image.setAttribute("viewBox", `0 0 ${width} ${height}`);
      image.setAttribute("width", width);
      image.setAttribute("height", height);
      image.setAttribute("aria-label", says);
    };
    new ResizeObserver(() => {
      const before = width;
      width = measure();
      if (width !== before) redraw();
    }).observe(holder);
    redraw();
    if (draw.length < 3) return redraw;
    const point = (to) => {
      pointed = to;
      redraw();
    };
    for (const move of ["pointermove", "pointerdown"]) {
      image.addEventListener(move, ({ clientX }) => point(clientX - image.getBoundingClientRect().left));
    }
    image.addEventListener("pointerleave", () => point(null));
    return redraw;
  }

  const text = (words, x, y, more = {}) => svg("text", { x, y, ...more }, words);

  // Axes

  /** Some round numbers from low to high; powers of ten if logarithmic. */
  function ticks({ from, to, log, at }) {
    if (at) return at;
    if (log) {
      const [low, high] = [Math.ceil(Math.log10(from)), Math.floor(Math.log10(to))];
      const every = Math.max(1, Math.ceil((high - low) / 6));
      const all = [];
      for (let power = high; power >= low; power -= every) all.push(10 ** power);
      return all;
    }
    const raw = (to - from) / 5;
    const unit = 10 ** Math.floor(Math.log10(raw));
    const every = unit * [1, 2, 5, 10].find((one) => one * unit >= raw);
    const all = [];
    for (let one = Math.ceil(from / every) * every; one <= to + every / 1e6; one += every) all.push(one);
    return all;
  }

  class Axes {
    /** place: { left, top, width, height }; x, y: { from, to, log, label, at } */
    constructor(image, place, x, y) {
      Object.assign(this, { place, x, y });
      this.group = svg("g");
      image.append(this.group);
      const { left, top, width, height } = place;
      const grid = (attributes) => svg("line", { class: "live-grid", ...attributes });
      for (const value of ticks(x)) {
        const at = this.across(value);
        this.group.append(grid({ x1: at, x2: at, y1: top, y2: top + height }));
        this.group.append(text(rough(value), at, top + height + 16, { "text-anchor": "middle" }));
      }
      for (const value of ticks(y)) {
        const at = this.up(value);
        this.group.append(grid({ x1: left, x2: left + width, y1: at, y2: at }));
        this.group.append(text(rough(value), left - 6, at + 4, { "text-anchor": "end" }));
      }
      // what is drawn in them ends at their edge
      const inside = { x: left - 3, y: top - 3, width: width + 6, height: height + 6 };
      const viewBox = Object.values(inside).join(" ");
      this.inside = svg("svg", { ...inside, viewBox, overflow: "hidden" });
      this.group.append(this.inside);
      if (x.label) {
        this.group.append(text(x.label, left + width, top + height + 32, { "text-anchor": "end" }));
      }
      if (y.label) this.group.append(text(y.label, left, top - 8, { class: "live-title" }));
    }

    share({ from, to, log }, value) {
      const of = log ? Math.log10(Math.max(value, 1e-300) / from) / Math.log10(to / from) : (value - from) / (to - from);
      return Math.min(9, Math.max(-9, of));
    }

    across(value) {
      return this.place.left + this.place.width * this.share(this.x, value);
    }

    up(value) {
      return this.place.top + this.place.height * (1 - this.share(this.y, value));
    }

    /** A line through points [x, y]; where a number is missing, it is broken. */
    line(points, { colour: stroke = "currentColor", dash = null, width = 2, opacity = 1 } = {}) {
      let pen = "M";
      let way = "";
      for (const [x, y] of points) {
        if (Number.isFinite(x) && Number.isFinite(y)) {
          way += `${pen}${this.across(x).toFixed(1)} ${this.up(y).toFixed(1)}`;
          pen = "L";
        } else pen = "M";
      }
      const line = svg("path", { d: way, fill: "none", "stroke-width": width, style: { stroke, opacity } });
      if (dash) line.setAttribute("stroke-dasharray", dash);
      this.inside.append(line);
    }

    mark(x, y, { colour: fill = "currentColor", radius = 4 } = {}) {
      this.inside.append(svg("circle", { cx: this.across(x), cy: this.up(y), r: radius, style: { fill } }));
    }

    bar(from, to, y, { colour: fill } = {}) {
      const [left, top] = [this.across(from), this.up(y)];
      const [width, height] = [Math.max(1, this.across(to) - left - 1), this.up(0) - top];
      this.inside.append(svg("rect", { x: left, y: top, width, height: Math.max(0, height), style: { fill } }));
    }

    /** A line through the whole numbers that are drawn, where one points, and what is there in words. */
    point(pointed, { from, to }, words) {
      if (pointed === null || to < from) return;
      const value = this.x.from + ((pointed - this.place.left) / this.place.width) * (this.x.to - this.x.from);
      const nearest = Math.max(from, Math.min(to, Math.round(value)));
      const { y } = this;
      this.line([[nearest, y.from], [nearest, y.to]], { width: 1 });
      this.say(words(nearest), this.x.to, y.to, { "text-anchor": "end", dx: -4, dy: 14 });
    }

    say(words, x, y, more = {}) {
      this.group.append(text(words, this.across(x), this.up(y), more));
    }
  }

  /** Lines and their names, below a picture. */
  function legend(box) {
    const list = html("ul", { class: "live-legend" });
    box.append(list);
    return (entries) =>
      list.replaceChildren(
        ...entries.map(([words, stroke, dash]) => {
          const line = svg("line", { x1: 0, x2: 28, y1: 6, y2: 6, "stroke-width": 2.5, style: { stroke } });
          if (dash) line.setAttribute("stroke-dasharray", dash);
          const sample = svg("svg", { width: 28, height: 12, "aria-hidden": "true" }, line);
          return html("li", {}, sample, ` ${words}`);
        }),
      );
  }

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  return {
    ...{ part, html, svg, text, shown, rough, colour, still },
    ...{ range, choice, button, enable, number, sentence, bench, picture, legend, Axes },
  };
})();
