// One coloured layer of areas in a pane of its own: the left or the right one of a comparison.

import { classOf } from "./klassen.mjs";

const L = window.L;
const LINE = "#ffffff";
const LINE_NO_DATA = "#6b7280";
const LINE_MARKED = "#131525";

export class Layer {
  constructor(map, data, config, pane) {
    Object.assign(this, { map, data, config, pane });
    map.createPane(pane);
    map.getPane(pane).style.zIndex = pane === "rechts" ? 420 : 410;
    this.renderer = L.svg({ pane, padding: 0.4 });
    this.patterns = false;
    this.figures = {};
  }

  /** The figures that are coloured. */
  get values() {
    return this.figures[this.level];
  }

  /** Draw a theme at a Stand, unless another is wanted by then; the shapes are made anew only where the level changed. */
  async show(theme, stand, level) {
    const wanted = [theme, stand, level].join();
    this.wanted = wanted;
    const [kreis, gemeinde, areas] = await Promise.all([
      this.data.values(theme, stand, "kreis"),
      this.data.values(theme, stand, "gemeinde"),
      this.level !== level ? this.data.areas(level) : null,
    ]);
    if (this.wanted !== wanted) return;
    if (this.level !== level) {
      this.shapes?.remove();
      this.level = level;
      this.shapes = L.geoJSON(areas, { pane: this.pane, renderer: this.renderer, style: { weight: 1 }, smoothFactor: 0.5 });
      this.shapes.on("mouseover", (event) => this.onRead?.(event.layer.feature.id));
      this.shapes.on("click", (event) => this.onChoose?.(event.layer.feature.id));
      this.shapes.addTo(this.map);
    }
    Object.assign(this, { theme, stand, figures: { kreis, gemeinde } });
    this.colour();
  }

  colour() {
    const bounds = this.config.scales[this.config.themes[this.theme].scale];
    this.shapes?.eachLayer((shape) => {
      const found = classOf(this.values?.get(shape.feature.id), bounds);
      const marked = shape.feature.id === this.marked;
      shape.setStyle({
        fillColor: found < 0 ? "url(#keine-daten)" : this.patterns ? `url(#muster-${found})` : this.config.colours[found],
        fillOpacity: this.opacity ?? 1,
        color: marked ? LINE_MARKED : found < 0 ? LINE_NO_DATA : LINE,
        weight: marked ? 3 : 1,
      });
      if (marked) shape.bringToFront();
    });
  }

  bounds(ags) {
    let found = null;
    this.shapes?.eachLayer((shape) => {
      if (shape.feature.id === ags) found = shape.getBounds();
    });
    return found;
  }

  remove() {
    this.wanted = null;
    this.shapes?.remove();
    this.renderer.remove();
    this.map.getPane(this.pane).remove();
    delete this.map._panes[this.pane];
  }
}
