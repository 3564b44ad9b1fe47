// The right map of a comparison: its theme and Stand, its layer, and the border to the left one.

import { Layer } from "./ebene.mjs";
import { date } from "./klassen.mjs";
import { Swipe } from "./wischen.mjs";

export class Comparison {
  constructor(page) {
    this.page = page;
    this.theme = page.find("vergleich-thema");
    this.stand = page.find("vergleich-stand");
    this.swipe = new Swipe(page.map, page.find("wischen"));
    this.layer = null;
  }

  /** Whether there is a map of this theme at this Stand. */
  has({ theme, stand }) {
    const { stands } = this.page.index;
    return Object.hasOwn(stands, theme) && stands[theme].some(([iso]) => iso === stand);
  }

  fillControls() {
    const { config, state } = this.page;
    for (const [id, { title }] of Object.entries(config.themes)) this.theme.append(new Option(title, id));
    if (!state.vergleich) this.select({ theme: config.theme, stand: this.page.stands[0][0] });
    this.theme.addEventListener("change", () => {
      this.select({ theme: this.theme.value, stand: this.stand.value });
      this.update();
    });
    this.stand.addEventListener("change", () => this.update());
    this.page.find("vergleichen").addEventListener("click", async () => {
      if (this.layer) this.end();
      else await this.show(this.selected());
      this.page.remember();
    });
  }

  selected() {
    return { theme: this.theme.value, stand: this.stand.value };
  }

  /** Set the controls; where the theme has no such Stand, its newest. */
  select({ theme, stand }) {
    const stands = this.page.index.stands[theme].map(([iso]) => iso);
    this.theme.value = theme;
    this.stand.replaceChildren(...stands.map((iso) => new Option(date(iso, this.page.lang), iso)));
    this.stand.value = stands.includes(stand) ? stand : stands.at(-1);
  }

  async update() {
    if (!this.layer) return;
    this.page.state.vergleich = this.selected();
    await this.page.draw();
    this.page.remember();
  }

  async show(other) {
    const { page } = this;
    page.state.vergleich = other;
    this.select(other);
    if (!this.layer) {
      this.layer = new Layer(page.map, page.data, page.config, "rechts");
      page.prepare(this.layer);
      this.layer.patterns = page.left.patterns;
      this.layer.opacity = page.left.opacity;
    }
    await page.draw();
    this.swipe.start("links", "rechts");
    page.find("vergleichen").querySelector("span").textContent = page.text.compare_end;
    page.find("vergleich-teil").open = true;
  }

  /** Say below the border what lies left and right of it. */
  name() {
    const { config, left, lang } = this.page;
    this.swipe.name(...[left, this.layer].map(({ theme, stand }) => `${config.themes[theme].title}, ${date(stand, lang)}`));
  }

  end() {
    const { page } = this;
    this.swipe.stop();
    this.layer.remove();
    this.layer = null;
    page.state.vergleich = undefined;
    page.find("vergleichen").querySelector("span").textContent = page.text.compare;
    page.read();
  }
}
