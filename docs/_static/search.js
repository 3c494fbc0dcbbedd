/* What this book adds to Sphinx's search: excerpts, words mistyped, synonyms, and chapters first.

It takes the place of Search.query, and uses other parts of Sphinx's script, which are not
documented: docs/_ext/undocumented/sphinx.py lists them. The texts of the pages are in
search_texts.js, which the build writes. They and the index are large, and are loaded only when
there is something to search. */
{
  const EXCERPT = 240; // characters

  const wordsOf = (text) => splitQuery(text.toLowerCase());
  const stem = (word) => new Stemmer().stemWord(word);
  const textsOfPages = () => (typeof SEARCH_TEXTS === "undefined" ? {} : SEARCH_TEXTS);
  const partsOf = (page) => textsOfPages()[page] ?? [];
  const looksLikeCode = (query) => /[._]/.test(query.trim());

  /* Words */

  const distance = (one, other) => {
    /* The letters to insert, remove, replace or swap with the next. */
    const rows = [[...Array(other.length + 1).keys()]];
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1];
        row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
          row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
      }
      rows.push(row);
    }
    return rows[one.length][other.length];
  };

  const isKnown = (word) => {
    const { terms, titleterms, objects } = Search._index;
    const root = stem(word);
    const names = Object.entries(objects).flatMap(([prefix, of]) => [
      prefix,
      ...of.map((one) => one[4]),
    ]);
    return (
      word.length < 4
      || stopwords.has(word)
      || /^\d+$/.test(word)
      || [...Object.keys(terms), ...Object.keys(titleterms)].some((term) => term.includes(root))
      || [...names, ...Object.keys(SYNONYMS)].some((name) => name.toLowerCase().includes(word))
    );
  };

  const nearest = (word) => {
    /* The most frequent of the nearest words of the book; none if all are far. */
    const counts = new Map();
    const texts = Object.values(textsOfPages()).flatMap((parts) => parts.map((part) => part[1]));
    for (const other of wordsOf([...texts, ...Object.keys(SYNONYMS)].join(" ")))
      counts.set(other, (counts.get(other) ?? 0) + 1);
    const most = word.length < 6 ? 1 : 2;
    const near = [...counts]
      .filter(([other]) => Math.abs(other.length - word.length) <= most)
      .map(([other, count]) => [distance(word, other), -count, other])
      .filter(([far]) => far <= most)
      .sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    return near.length ? near[0][2] : word;
  };

  const corrected = (query) => {
    let better = query;
    for (const word of wordsOf(query))
      if (!isKnown(word)) better = better.toLowerCase().replace(word, nearest(word));
    return better;
  };

  const synonymOf = (query) => {
    const words = ` ${wordsOf(query).join(" ")} `;
    const said = (one) => words.includes(` ${wordsOf(one).join(" ")} `);
    const found = Object.keys(SYNONYMS).filter(said);
    return SYNONYMS[found.sort((one, other) => other.length - one.length)[0]];
  };

  /* Results */

  const count = (text, words) =>
    words.reduce((sum, word) => sum + text.toLowerCase().split(word).length - 1, 0);

  const bestPart = (page, words) => {
    /* The part of a page that has most of the words: its anchor and its text. */
    let best = null;
    let most = 0;
    for (const [anchor, text] of partsOf(page)) {
      const all = words.filter((word) => text.toLowerCase().includes(word)).length;
      const score = all + Math.min(0.9, count(text, words) / 5);
      if (all && score > most) [best, most] = [[anchor, text], score];
    }
    return best;
  };

  const scored = (item, words, query) => {
    /* A page where the words stand often comes before one that has them once, and the page of that
       title before both. Pages of the package come last, unless the query looks like a name of
       theirs. */
    const [page, title, , , score, , kind] = item;
    const text = partsOf(page).map((part) => part[1]).join(" ");
    const often = kind === "text" ? Math.min(6, Math.log2(1 + count(text, words))) : 0;
    const last = /^api(\/|$)/.test(page) && !looksLikeCode(query);
    const itself = title.toLowerCase() === query.trim().toLowerCase() ? 20 : 0;
    return score + often + itself + (page.startsWith("chapters/") ? 2 : 0) - (last ? 100 : 0);
  };

  const rootOf = (word) => {
    /* What a word and its stem begin with: "memor" of "memory", whose stem is "memori". */
    let end = 0;
    while (end < word.length && word[end] === stem(word)[end]) end++;
    return word.slice(0, end) || word;
  };

  const leading = (item, words) => {
    /* A page leads to the part where the words stand. A term of the glossary is named. */
    const [page, title, anchor, ...others] = item;
    const best = anchor ? null : bestPart(page, words);
    const target = best?.[0] ? `#${best[0]}` : anchor;
    const part = best ?? partsOf(page).find((one) => !anchor || `#${one[0]}` === anchor);
    const name = part?.[2] ? `${title} > ${part[2]}` : title;
    return { item: [page, name, target, ...others], text: part?.[1] };
  };

  const find = (query) => {
    const parsed = Search._parseQuery(query);
    const words = [...parsed[3]].map(rootOf);
    return Search._performSearch(...parsed)
      .map((item) => ({ ...leading(item, words), words, parsed, score: scored(item, words, query) }))
      .reverse(); // Sphinx has the best last
  };

  const excerpt = (text, words) => {
    const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((at) => at >= 0);
    const at = Math.max(0, Math.min(...(places.length ? places : [0])) - EXCERPT / 3);
    const start = at ? text.indexOf(" ", at) + 1 : 0;
    const end = start + EXCERPT < text.length ? text.lastIndexOf(" ", start + EXCERPT) : text.length;
    return `${start ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}`;
  };

  const show = ({ item, text, words, parsed }) => {
    _displayItem(item, parsed[1], parsed[3]);
    if (!text) return;
    const context = document.createElement("p");
    context.className = "context";
    context.textContent = excerpt(text, words);
    for (const word of [...parsed[3], ...words]) _highlightText(context, word, "highlighted");
    Search.output.lastChild.append(context);
  };

  const say = (text) => {
    const note = document.createElement("p");
    note.className = "search-note";
    note.textContent = text;
    Search.status.after(note);
  };

  Search.query = (query) => {
    const better = corrected(query);
    const synonym = synonymOf(better);
    const others = synonym ? find(synonym) : [];
    const own = find(better); // last: the words that pages will highlight are those of the query
    const places = new Map(); // a place is shown once, by its best result
    for (const one of [...own, ...others].sort((one, other) => other.score - one.score)) {
      const place = one.item[0] + one.item[2];
      if (!places.has(place)) places.set(place, one);
    }
    const results = [...places.values()];
    results.forEach(show);
    _finishSearch(results.length);
    if (synonym) say(`With what is found for “${synonym}”.`);
    if (better !== query) say(`Results for “${better}”, as nothing is found for “${query}”.`);
  };

  const load = (name) =>
    new Promise((done) => {
      const script = document.createElement("script");
      script.src = document.documentElement.dataset.content_root + name;
      script.onload = script.onerror = done; // without the texts there are no excerpts
      document.head.append(script);
    });

  // the index comes last: it sets off the query
  if (new URLSearchParams(location.search).get("q"))
    load("search_texts.js").then(() => load("searchindex.js"));
}
