// What stands beside the map about one area: always its own figures, or whose they are. Names from data become text only.

import { date, percent } from "./klassen.mjs";

const line = (element, text) => {
  const node = document.createElement(element);
  node.textContent = text;
  return node;
};

/** The level of an area by its key. */
export const levelOf = (ags) => (ags.length === 5 ? "kreis" : "gemeinde");

/** The lines on an area: its name, its figures in the layers (the first one against the target), the way to its page. */
export function reading(ags, layers, { config, names, basis }) {
  const { texts, language, themes, target } = config;
  const level = levelOf(ags);
  const rows = [line("strong", names.get(ags))];
  layers.forEach((layer, position) => {
    const figures = layer.figures[level];
    const value = figures?.get(ags);
    rows.push(line("span", figures ? percent(value, language, texts.no_data) : texts[`none_${level}`]));
    const kreis = ags.slice(0, 5);
    const ofKreis = !figures && level === "gemeinde" && layer.figures.kreis;
    if (ofKreis) {
      const whose = names.has(`${kreis}000`) ? texts.of_city : texts.of_kreis;
      const figure = percent(ofKreis.get(kreis), language, texts.no_data);
      rows.push(line("small", whose.replace("{value}", () => figure).replace("{name}", () => names.get(kreis))));
    }
    const about = [themes[layer.theme].title, `${texts.stand} ${date(layer.stand, language)}`, basis(layer, ofKreis ? "kreis" : level)];
    rows.push(line("small", about.filter(Boolean).join(", ")));
    if (position === 0 && target !== null && value !== null && value !== undefined) {
      const gap = target * 10000 - value;
      const points = percent(gap, language, "").replace(/\s?%/, "");
      rows.push(line("small", gap <= 0 ? texts.reached : texts.missing_points.replace("#", points)));
    }
  });
  const link = line("a", texts.page);
  link.href = `${config.base}${level === "kreis" ? "kreise" : "gemeinden"}/${ags}.html`;
  return [...rows, link];
}
