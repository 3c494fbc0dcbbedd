// What a reader has read and answered: kept in this browser, and sent nowhere.
const Progress = (() => {
  const KEY = "lab-book-progress";
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const here = pageOf(location.href);

  function pageOf(address) {
    const url = new URL(address, location.href);
    url.hash = url.search = "";
    return url.href.startsWith(root.href) ? decodeURI(url.href.slice(root.href.length)) : null;
  }

  function load() {
    try {
      const all = JSON.parse(localStorage.getItem(KEY));
      return isProgress(all) ? all : {};
    } catch {
      return {}; // nothing is kept where the browser forbids it
    }
  }

  function isProgress(all) {
    const isPage = ([name, page]) =>
      /^[\w/-]+\.html$/.test(name) && page && typeof page === "object" && Array.isArray(page.right);
    return Boolean(all) && typeof all === "object" && Object.entries(all).every(isPage);
  }

  function save(all) {
    try {
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // as above
    }
    document.dispatchEvent(new Event("progress"));
  }

  function change(page, how) {
    const all = load();
    const one = { right: [], ...all[page], title: document.title.split(" — ")[0] };
    how(one);
    all[page] = one;
    save(all);
  }

  const answered = (label) =>
    change(here, (one) => (one.right = [...new Set([...one.right, label])]));

  // What a page's link says: done when all its questions were answered, or read when the reader said so.
  function stateOf(one) {
    if (!one) return "";
    if (one.questions && one.right.length >= one.questions) return "done";
    if (one.read) return "read";
    return one.right.length ? `${one.right.length} of ${one.questions} answered` : "";
  }

  function mark() {
    const all = load();
    document.querySelectorAll(".progress-mark").forEach((old) => old.remove());
    for (const link of document.querySelectorAll(".bd-sidebar-primary a.reference.internal")) {
      const state = stateOf(all[pageOf(link.href)]);
      if (!state) continue;
      const sign = state === "done" ? "●" : state === "read" ? "○" : "◐";
      const span = document.createElement("span");
      span.className = "progress-mark";
      span.title = state;
      span.innerHTML = `<span aria-hidden="true">${sign}</span><span class="visually-hidden">, ${state}</span>`;
      link.append(span);
    }
  }

  function offerToMark() {
    const place = document.querySelector(".prev-next-footer");
    if (!place || !/^(chapters|labs)\/(?!.*\bindex\.)/.test(here)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "progress-read";
    const say = () => {
      const read = Boolean(load()[here]?.read);
      button.textContent = read ? "Read" : "Mark as read";
      button.setAttribute("aria-pressed", String(read));
    };
    button.addEventListener("click", () => {
      const today = new Date().toISOString().slice(0, 10);
      change(here, (one) => (one.read ? delete one.read : (one.read = today)));
      say();
    });
    say();
    place.before(button);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const questions = document.querySelectorAll(".question[data-question]").length;
    if (questions && load()[here] && load()[here].questions !== questions) {
      change(here, (one) => (one.questions = questions));
    }
    mark();
    offerToMark();
    showAll();
  });
  document.addEventListener("progress", () => {
    mark();
    showAll();
  });

  // The page on which a reader sees all of it.
  function showAll() {
    const list = document.getElementById("progress-list");
    if (!list) return;
    const all = load();
    const pages = Object.keys(all).filter((page) => stateOf(all[page])).sort();
    list.replaceChildren();
    for (const page of pages) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = new URL(encodeURI(page), root).href;
      link.textContent = all[page].title || page;
      item.append(link, `: ${stateOf(all[page])}`);
      list.append(item);
    }
    document.getElementById("progress-none").hidden = pages.length > 0;
  }

  document.addEventListener("click", (event) => {
    const says = (text) => (document.getElementById("progress-says").textContent = text);
    if (event.target.id === "progress-export") {
      const file = new Blob([JSON.stringify(load(), null, 1)], { type: "application/json" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = "lab_book_progress.json";
      link.click();
      URL.revokeObjectURL(link.href);
      says("Saved as lab_book_progress.json.");
    } else if (event.target.id === "progress-erase") {
      if (!confirm("Erase what you have read and answered from this browser?")) return;
      save({});
      says("Erased.");
    }
  });
  document.addEventListener("change", async (event) => {
    if (event.target.id !== "progress-import") return;
    const says = document.getElementById("progress-says");
    const file = event.target.files[0];
    try {
      if (file.size > 1e6) throw new Error();
      const all = JSON.parse(await file.text());
      if (!isProgress(all)) throw new Error();
      save(all);
      says.textContent = "Read from the file.";
    } catch {
      says.textContent = "This is no file of progress: choose one that this page has saved.";
    }
    event.target.value = "";
  });

  return { answered, has: (label) => (load()[here]?.right ?? []).includes(label), note: (how) => change(here, how) };
})();
