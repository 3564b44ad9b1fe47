// How names are compared: without case, accents and umlaut spelling. Pure: no page, no network.

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

/** The index over rows of [name, kind, ags, context, page]. */
export function makeIndex(MiniSearch, rows) {
  const index = new MiniSearch({
    fields: ["name", "ags"],
    processTerm: (term) => plain(term) || null,
    searchOptions: { prefix: true, combineWith: "AND", boost: { name: 2 }, fuzzy: (term) => (/\d/.test(term) || term.length < 4 ? false : 0.25) },
  });
  index.addAll(rows.map(([name, , ags], id) => ({ id, name, ags })));
  return index;
}

const ORDER = { kreis: 0, city: 0, gemeinde: 1, postcode: 2, district: 3 };

/** The best rows for a query: equal scores by kind, then by name. */
export function search(index, rows, query, limit = 12) {
  return index
    .search(query)
    .map(({ id, score }) => ({ row: rows[id], score }))
    .sort((a, b) => b.score - a.score || ORDER[a.row[1]] - ORDER[b.row[1]] || a.row[0].localeCompare(b.row[0], "de"))
    .slice(0, limit)
    .map(({ row }) => row);
}
