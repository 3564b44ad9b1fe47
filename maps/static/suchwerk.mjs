// How names are compared: without case, accents, umlaut spelling and the small words within a name. Pure: no page, no network.

/** A word in its plainest form: Köln, Koeln and KOELN become the same. */
export function plain(word) {
  return word
    .toLowerCase()
    .replaceAll("ä", "ae")
    .replaceAll("ö", "oe")
    .replaceAll("ü", "ue")
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");
}

// Mülheim an der Ruhr, Mülheim a.d. Ruhr and Mülheim Ruhr are one name.
const LINKS = new Set(["a", "am", "an", "d", "dem", "den", "der", "i", "im", "in", "of", "the"]);
const SHORT = { st: "sankt", westf: "westfalen", rhld: "rheinland" };
// What people call a place of each kind besides its name.
const CALLED = {
  land: "land nrw north rhine westphalia",
  kreis: "kreis landkreis",
  city: "kreisfreie stadt city gemeinde",
  gemeinde: "gemeinde stadt",
};

/** The words of a name or a query; a short form stands for its long one once a word follows or precedes it. */
export function words(text) {
  const found = plain(text)
    .split(/[^\p{L}\d]+/u)
    .filter((word, i) => word && (i === 0 || !LINKS.has(word)));
  return found.length < 2 ? found : found.map((word) => SHORT[word] ?? word);
}

/** The index over rows of [name, kind, ags, context, page]. */
export function makeIndex(MiniSearch, rows) {
  const index = new MiniSearch({
    fields: ["name", "ags", "called"],
    tokenize: words,
    processTerm: (term) => term,
    searchOptions: { prefix: true, combineWith: "AND", boost: { name: 2, called: 0.1 }, fuzzy: (term) => (/\d/.test(term) || term.length < 4 ? false : 0.25) },
  });
  index.addAll(rows.map(([name, kind, ags], id) => ({ id, name, ags, called: CALLED[kind] ?? "" })));
  return index;
}

const ORDER = { land: 0, kreis: 0, city: 0, gemeinde: 1, postcode: 2, district: 3 };

/** The best rows for a query: equal scores by kind, then by name. */
export function search(index, rows, query, limit = 12) {
  return index
    .search(query)
    .map(({ id, score }) => ({ row: rows[id], score }))
    .sort((a, b) => b.score - a.score || ORDER[a.row[1]] - ORDER[b.row[1]] || a.row[0].localeCompare(b.row[0], "de"))
    .slice(0, limit)
    .map(({ row }) => row);
}
