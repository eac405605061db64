// The search of the book, in the place of elasticlunr, which drops words of other scripts and counts a term's entry
// in the glossary as one page with all others. mdBook's `searcher.js` asks it, and shows what it finds.
// `TERMS` stands above: term, address and explanation of each entry of the glossary.

{
  /** Letters as people type them: without case, without accents. */
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const isLetter = (letter) => /[\p{L}\p{N}]/u.test(letter);
  const asHtml = (text) => Object.assign(document.createElement("p"), { textContent: text }).innerHTML;

  /** How well a text has a word: 0 not at all, 1 within another word, 2 at the beginning of one, 3 as a word. */
  const has = (text, word) => {
    let best = 0;
    for (let at = text.indexOf(word); at >= 0 && best < 3; at = text.indexOf(word, at + 1)) {
      const begins = at === 0 || !isLetter(text[at - 1]);
      const ends = at + word.length === text.length || !isLetter(text[at + word.length]);
      best = Math.max(best, begins ? (ends ? 3 : 2) : 1);
    }
    return best;
  };

  /** All words must be there; a title counts for more than a text, and a term for more than a title. */
  const score = (entry, words) => {
    let sum = 0;
    for (const word of words) {
      const [title, body] = [has(entry.title, word), has(entry.body, word)];
      if (title + body === 0) return 0;
      sum += (entry.isTerm ? 40 : 10) * title ** 2 + body;
    }
    const phrase = words.join(" ");
    if (entry.title === phrase) sum += entry.isTerm ? 10000 : 100;
    return sum + has(entry.title, phrase) * 10 + has(entry.body, phrase);
  };

  /** The text from a little before the first word that was found. */
  const excerpt = (doc, words) => {
    const at = Math.min(...words.map((word) => doc.body.toLowerCase().indexOf(word)).filter((at) => at >= 0));
    return at > 160 && at < Infinity ? `… ${doc.body.slice(doc.body.indexOf(" ", at - 80) + 1)}` : doc.body;
  };

  /** Without the ending that a plural has, or a verb. */
  const stem = (word) => (word.length > 4 ? word.replace(/(?:ies|es|s|ing|ed)$/, "") : word);

  const load = ({ documentStore: { docs } }) => {
    const entry = (ref, doc, isTerm) => ({ ref, doc, isTerm, title: plain(doc.title), body: plain(doc.body) });
    const entries = Object.entries(docs).map(([ref, doc]) => entry(ref, doc, false));
    for (const [term, address, body] of TERMS) {
      const ref = window.search.doc_urls.push(address) - 1;
      entries.push(entry(ref, { title: term, body, breadcrumbs: `Glossary » ${asHtml(term)}` }, true));
    }
    const found = (words) =>
      entries
        .map((entry) => ({ ...entry, score: score(entry, words) }))
        .filter((entry) => entry.score > 0)
        .sort((a, b) => b.score - a.score)
        .map(({ ref, doc, score }) => ({ ref, score, doc: { ...doc, body: excerpt(doc, words) } }));
    const search = (text) => {
      const words = plain(text).split(/\s+/).filter(Boolean);
      const exactly = found(words);
      return exactly.length > 0 ? exactly : found(words.map(stem));
    };
    return { search };
  };

  window.elasticlunr = { Index: { load }, stemmer: stem };
}
