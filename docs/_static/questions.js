// Questions that answer (docs/_ext/questions.py): read what was answered, and say what is right or wrong.
{
  // The same digest as in questions.py.
  function hashed(text) {
    let one = 0xdeadbeef;
    let two = 0x41c6ce57;
    for (const letter of text) {
      const code = letter.charCodeAt(0);
      one = Math.imul(one ^ code, 2654435761) >>> 0;
      two = Math.imul(two ^ code, 1597334677) >>> 0;
    }
    one = (Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909)) >>> 0;
    two = (Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909)) >>> 0;
    return two.toString(16).padStart(8, "0") + one.toString(16).padStart(8, "0");
  }

  function toNumber(text) {
    if (/^\s*[1-9]\d{0,2}(,\d{3})+\s*$/.test(text)) throw new Error("Write a number without commas between its digits, such as 12345 or 12.5.");
    const value = Number(text.trim().replace("−", "-").replace(/^(-?\d*),(\d+)$/, "$1.$2"));
    if (!text.trim() || !Number.isFinite(value)) throw new Error("Write a number, such as 12.5.");
    return value;
  }

  // On a grid of `step`, the right place may lie `apart` places away.
  function isNear(value, { step, apart, right, salt }) {
    const place = Math.round(value / step);
    for (let away = -apart; away <= apart; away++) {
      if (right.includes(hashed(`${salt}:${place + away}`))) return true;
    }
    return false;
  }

  // Expressions: sums of products of powers; no more than arithmetic can be written in them.
  const FUNCTIONS = {
    exp: Math.exp, log: Math.log, ln: Math.log, sqrt: Math.sqrt, tanh: Math.tanh, abs: Math.abs,
    sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  };

  function evaluate(text, variables) {
    const tokens = text.replace(/\*\*/g, "^").match(/\d+\.?\d*(e[-+]?\d+)?|\.\d+|[A-Za-z_]\w*|[-+*/^()]|\S/g) ?? [];
    let at = 0;
    const fail = (what) => {
      throw new Error(`${what} Write it with ${Object.keys(variables).join(", ")}, numbers, + - * / ^ and brackets.`);
    };
    const sum = () => {
      let value = product();
      while (tokens[at] === "+" || tokens[at] === "-") value += tokens[at++] === "+" ? product() : -product();
      return value;
    };
    const product = () => {
      let value = power();
      while (tokens[at] === "*" || tokens[at] === "/") value = tokens[at++] === "*" ? value * power() : value / power();
      return value;
    };
    const power = () => {
      if (tokens[at] === "-") return at++, -power();
      const base = atom();
      return tokens[at] === "^" ? (at++, base ** power()) : base;
    };
    const atom = () => {
      const token = tokens[at++];
      if (token === undefined) fail("Something is missing at the end.");
      if (token === "(") return inside();
      if (/^[\d.]/.test(token)) return Number(token);
      if (Object.hasOwn(variables, token)) return variables[token];
      if (Object.hasOwn(FUNCTIONS, token) && tokens[at] === "(") return at++, FUNCTIONS[token](inside());
      return fail(`“${token}” is not known here.`);
    };
    const inside = () => {
      const value = sum();
      return tokens[at++] === ")" ? value : fail("A bracket is not closed.");
    };
    if (text.length > 200) fail("This is too long.");
    const value = sum();
    if (at < tokens.length) fail(`“${tokens[at]}” does not fit here.`);
    return value;
  }

  function isSame(text, { points, right, salt }) {
    return points.every((point, number) => {
      const value = evaluate(text, point);
      return [1, 1 - 1e-6, 1 + 1e-6].some((factor) => right[number] === hashed(`${salt}:${(value * factor).toExponential(4)}`));
    });
  }

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // Each kind of question: put in what a reader works with; return how to read it.
  const KINDS = {
    number(question, data, answer) {
      const input = element("input", { type: "text", inputMode: "decimal", size: 8, autocomplete: "off" });
      answer.append(element("label", {}, "Your answer: ", input, data.unit ? ` ${data.unit}` : ""));
      return () => ({ right: isNear(toNumber(input.value), data) });
    },
    expression(question, data, answer) {
      const input = element("input", { type: "text", size: 24, autocomplete: "off", spellcheck: false });
      input.setAttribute("autocapitalize", "off");
      answer.append(element("label", {}, "Your expression: ", input));
      return () => ({ right: isSame(input.value, data) });
    },
    choice(question, data) {
      const items = [...question.querySelectorAll(".question-items > li")];
      for (const item of items) {
        const input = element("input", { type: "radio", name: data.salt, value: item.dataset.place });
        const label = element("label", {}, input, element("span", {}, ...item.childNodes));
        item.replaceChildren(label);
      }
      const list = items[0].parentElement;
      list.setAttribute("role", "radiogroup");
      list.setAttribute("aria-labelledby", `${data.salt}-title`);
      items.forEach((item) => item.setAttribute("role", "presentation"));
      return () => {
        const chosen = list.querySelector("input:checked");
        if (!chosen) throw new Error("Choose one.");
        return { right: data.right.includes(hashed(`${data.salt}:${chosen.value}`)), to: chosen.value };
      };
    },
    order(question, data) {
      const list = question.querySelector(".question-items");
      const move = (item, other, button) => {
        if (!other) return;
        other === item.previousElementSibling ? other.before(item) : other.after(item);
        button.focus();
        const place = [...list.children].indexOf(item) + 1;
        question.querySelector("[role=status]").textContent = `Now in place ${place} of ${list.children.length}.`;
      };
      for (const item of list.children) {
        const name = item.textContent.trim();
        const up = element("button", { type: "button", textContent: "↑", ariaLabel: `Move up: ${name}` });
        const down = element("button", { type: "button", textContent: "↓", ariaLabel: `Move down: ${name}` });
        up.addEventListener("click", () => move(item, item.previousElementSibling, up));
        down.addEventListener("click", () => move(item, item.nextElementSibling, down));
        item.replaceChildren(element("span", {}, ...item.childNodes), element("span", { className: "question-moves" }, up, down));
      }
      return () => {
        const order = [...list.children].map((item) => item.dataset.place).join(" ");
        return { right: data.right.includes(hashed(`${data.salt}:${order}`)) };
      };
    },
    place(question, data, answer) {
      const { from, to, left, right } = data.axis;
      const input = element("input", { type: "range", min: from, max: to, step: (to - from) / 500, value: (from + to) / 2 });
      const output = element("output");
      const original = document.getElementById(data.figure)?.querySelector("img");
      const line = element("span", { className: "question-place", hidden: true });
      if (original) {
        // the figure stands some screens above: a copy of it is marked
        const copy = (original.closest(".readable-figure") ?? original).cloneNode(true);
        answer.append(element("div", { className: "question-figure" }, copy));
        const picture = answer.querySelector("img");
        const frame = element("span", { className: "question-frame" });
        picture.replaceWith(frame);
        frame.append(picture, line);
        frame.addEventListener("click", (event) => {
          const box = picture.getBoundingClientRect();
          const part = ((event.clientX - box.left) / box.width - left) / (right - left);
          input.value = from + part * (to - from);
          show();
        });
      }
      const show = () => {
        const part = left + ((input.value - from) / (to - from)) * (right - left);
        line.hidden = false;
        line.style.insetInlineStart = `${100 * part}%`;
        output.textContent = Number(input.value).toFixed(to - from > 20 ? 0 : 2) + (data.unit ? ` ${data.unit}` : "");
      };
      input.addEventListener("input", show);
      answer.append(element("label", {}, "Mark the place: ", output, input));
      return () => {
        if (line.hidden) throw new Error("Move the mark first; you can also click in the figure.");
        return { right: isNear(Number(input.value), data) };
      };
    },
  };

  function prepare(question) {
    const data = JSON.parse(question.dataset.question);
    const answer = question.querySelector(".question-answer");
    if (!data.right) return; // an edition without answers
    const bytes = Uint8Array.from(atob(answer.dataset.told), (letter) => letter.charCodeAt(0));
    const told = JSON.parse(new TextDecoder().decode(bytes));
    const title = question.querySelector(".admonition-title");
    title.id = `${data.salt}-title`;
    const read = KINDS[data.kind](question, data, answer);
    const button = element("button", { type: "button", textContent: "Check" });
    const status = element("div", { className: "question-says" });
    status.setAttribute("role", "status");
    answer.append(button, status);

    const done = () => question.classList.add("answered");
    const check = () => {
      let result;
      try {
        result = read();
      } catch (error) {
        status.textContent = error.message;
        return;
      }
      const { right, to } = result;
      const reason = [told[to], right ? told.right : told.hint].filter(Boolean).join(" ");
      status.innerHTML = `<p><strong>${right ? "Right." : "Not yet."}</strong></p>${reason}`;
      question.classList.toggle("wrong", !right);
      if (right) {
        done();
        const questions = document.querySelectorAll(".question[data-question]").length;
        Progress.note((one) => (one.questions = questions));
        Progress.answered(data.salt);
      }
    };
    button.addEventListener("click", check);
    answer.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input[type=text]")) check();
    });
    if (Progress.has(data.salt)) done();
    answer.hidden = false;
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".question[data-question]").forEach(prepare);
  });
}
