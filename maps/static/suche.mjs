// The search field: the index is fetched at the first use and stays on the device. Results are links.

import { makeIndex, search } from "./suchwerk.mjs";

const form = document.querySelector("[data-suche]");
if (form) {
  const { root, base, texte } = form.dataset;
  const text = JSON.parse(texte);
  const input = form.querySelector("input");
  const status = form.querySelector("[data-suche-meldung]");
  const list = form.querySelector("[data-suche-treffer]");
  let ready = null;

  const script = (src) =>
    new Promise((done, failed) => {
      const element = document.createElement("script");
      Object.assign(element, { src, onload: done, onerror: failed });
      document.head.append(element);
    });
  const load = async () => {
    const [rows] = await Promise.all([fetch(`${root}suche.json`).then((answer) => answer.json()), script(`${root}vendor/minisearch/minisearch.js`)]);
    return { rows, index: makeIndex(window.MiniSearch, rows) };
  };
  const entry = ([name, kind, ags, context, page]) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const note = document.createElement("small");
    link.href = `${base}${page}`;
    link.textContent = name;
    note.textContent = [text[kind], context, kind === "postcode" || kind === "district" ? "" : ags].filter(Boolean).join(" · ");
    item.append(link, note);
    return item;
  };
  const show = async () => {
    const query = input.value.trim();
    if (!query) {
      list.replaceChildren();
      status.textContent = "";
      return;
    }
    try {
      ready ??= load();
      const { rows, index } = await ready;
      if (query !== input.value.trim()) return;
      const found = search(index, rows, query);
      list.replaceChildren(...found.map(entry));
      status.textContent = found.length ? text.found.replace("#", found.length) : text.none;
    } catch (error) {
      ready = null;
      status.textContent = text.failed;
      console.error(error);
    }
  };

  input.addEventListener("focus", () => (ready ??= load()), { once: true });
  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = list.querySelector("a");
    if (first) location.href = first.href;
  });
}
