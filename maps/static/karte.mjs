// The map of a page: theme, Stand, level, area and comparison; its state stands in the address. Names from data become text only.

import { reading } from "./ablesen.mjs";
import { readAddress, writeAddress } from "./adresse.mjs";
import { fillControls, showControls } from "./bedienung.mjs";
import { Data } from "./daten.mjs";
import { Layer } from "./ebene.mjs";
import { countClasses, date } from "./klassen.mjs";
import { Comparison } from "./vergleich.mjs";

const L = window.L;
const ZOOM_TO_GEMEINDEN = 1.5;
// What a page of A4 has room for, in CSS pixels.
const PAPER = { width: 640, height: 560 };

class MapPage {
  constructor(part, config) {
    Object.assign(this, { part, config, text: config.texts, lang: config.language });
    this.find = (name) => part.querySelector(`[data-${name}]`);
    this.data = new Data(config.root);
    this.state = {};
    this.hint = [...this.find("ablesen").children];
  }

  async start() {
    const index = await this.data.file("index");
    this.index = index;
    this.names = new Map(["kreis", "gemeinde"].flatMap((level) => index.ags[level].map((ags, i) => [ags, index.names[level][i]])));
    this.stands = index.stands[this.config.theme];
    this.makeMap();
    const replaced = this.adopt();
    await Promise.all([this.data.file(this.state.stand), this.data.file("kreis")]);
    await this.draw();
    this.find("bild")?.remove();
    performance.mark("karte");
    fillControls(this);
    if (this.state.ort && !this.state.zoom) await this.goTo(this.state.ort);
    if (this.state.vergleich) await this.comparison.show(this.state.vergleich);
    if (replaced) this.remember();
    window.addEventListener("hashchange", () => this.reload());
    this.part.dataset.fertig = "ja";
    this.preload();
  }

  /** Take the state of the address; what this map does not have is replaced and said. Returns whether anything was. */
  adopt() {
    const state = readAddress(location.hash);
    const told = [];
    if (!this.stands.some(([stand]) => stand === state.stand)) {
      const newest = this.stands.at(-1)[0];
      const [from, to] = [state.stand ?? newest, newest].map((stand) => date(stand, this.lang));
      if (state.stand) told.push(this.text.stand_replaced.replace("{stand}", from).replace("{used}", to));
      state.stand = newest;
    }
    if (state.ort && !this.names.has(state.ort)) {
      told.push(this.text.area_unknown.replace("{ags}", state.ort));
      state.ort = undefined;
    }
    if (state.vergleich && !this.comparison.has(state.vergleich)) {
      told.push(this.text.compare_unknown);
      state.vergleich = undefined;
    }
    this.state = state;
    this.find("meldung").textContent = told.join(" ");
    return told.length > 0;
  }

  /** Show what the address now says; an anchor within the page says nothing. */
  async reload() {
    if (!Object.keys(readAddress(location.hash)).length) return;
    this.adopt();
    showControls(this);
    const { ort, zoom, mitte, vergleich } = this.state;
    if (!vergleich && this.comparison.layer) this.comparison.end();
    if (zoom && mitte) this.map.setView(mitte, zoom, { animate: false });
    else if (ort) await this.goTo(ort);
    else this.map.fitBounds(this.land, { padding: [6, 6], animate: false });
    if (vergleich) await this.comparison.show(vergleich);
    else await this.draw();
    this.remember();
  }

  makeMap() {
    const box = this.find("karte");
    const still = { attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false };
    this.map = L.map(box, { zoomSnap: 0.25, maxZoom: 15, minZoom: 5, ...still });
    const { zoom_in: zoomInTitle, zoom_out: zoomOutTitle } = this.text;
    L.control.zoom({ position: "topright", zoomInTitle, zoomOutTitle }).addTo(this.map);
    const credit = L.control.attribution({ prefix: false }).addTo(this.map).getContainer();
    this.find("nennung").append(credit); // below the map, of which it covers a quarter on a phone
    this.map.on("resize", () => this.sizeForPrint());
    this.sizeForPrint();
    this.data.file("kreis").then((topology) => {
      const [west, south, east, north] = topology.bbox;
      this.land = L.latLngBounds([south, west], [north, east]);
    });
    this.left = new Layer(this.map, this.data, this.config, "links");
    this.prepare(this.left);
    this.comparison = new Comparison(this);
  }

  /** Paper shows the map as it is on the screen, as large as it fits on a page. */
  sizeForPrint() {
    const { x, y } = this.map.getSize();
    const { style } = this.find("karte");
    style.setProperty("--width", `${x}px`);
    style.setProperty("--height", `${y}px`);
    style.setProperty("--fit", Math.min(PAPER.width / x, PAPER.height / y).toFixed(3));
  }

  prepare(layer) {
    layer.onRead = (ags) => this.read(ags);
    layer.onChoose = (ags) => this.choose(ags);
  }

  /** The layers that show something: the left one, and the right one of a comparison. */
  get layers() {
    return [this.left, this.comparison.layer].filter((layer) => layer?.theme);
  }

  /** The level that shows: the chosen one, or by zoom, where the theme has it at this Stand. */
  level() {
    const [, kreis, gemeinde] = this.stands.find(([stand]) => stand === this.state.stand);
    const wanted = this.state.ebene ?? (this.map.getZoom() >= this.fitZoom + ZOOM_TO_GEMEINDEN ? "gemeinde" : "kreis");
    if (wanted === "gemeinde") return gemeinde || !kreis ? "gemeinde" : "kreis";
    return kreis || !gemeinde ? "kreis" : "gemeinde";
  }

  async draw() {
    await this.data.file("kreis");
    if (!this.fitZoom) {
      this.map.fitBounds(this.land, { padding: [6, 6], animate: false });
      this.fitZoom = this.map.getZoom();
      if (this.state.zoom && this.state.mitte) this.map.setView(this.state.mitte, this.state.zoom, { animate: false });
    }
    const level = this.level();
    this.left.marked = this.state.ort;
    await this.left.show(this.config.theme, this.state.stand, level);
    const { layer } = this.comparison;
    if (layer) {
      layer.marked = this.state.ort;
      await layer.show(this.state.vergleich.theme, this.state.vergleich.stand, level);
    }
    if (this.left.stand !== this.state.stand || this.left.level !== level) return; // a later one draws
    if (this.layers.length > 1) this.comparison.name();
    this.legend(level);
    this.basisLine();
    this.read();
  }

  legend(level) {
    const bounds = this.config.scales[this.config.themes[this.config.theme].scale];
    const values = this.index.ags[level].map((ags) => this.left.values?.get(ags));
    const counts = countClasses(values, bounds);
    const cells = [...this.part.querySelectorAll("[data-legende] tbody td")];
    cells.forEach((cell, i) => {
      cell.textContent = i === cells.length - 1 ? counts.at(-1) : counts[cells.length - 2 - i];
    });
    this.find("stufe").textContent = this.left.values ? this.text[`level_${level}`] : this.text.no_values;
  }

  basisLine() {
    const line = document.querySelector("[data-grundlage]");
    const basis = this.basisOf(this.left, this.left.level);
    if (!line || !basis) return;
    line.textContent = this.text.basis_line.replace("{stand}", date(this.state.stand, this.lang)).replace("{basis}", basis);
  }

  async goTo(ags) {
    if (!this.names.has(ags)) return;
    this.state.ort = ags;
    this.find("gebiet").value = ags;
    const kreis = ags.slice(0, 5);
    const shapes = await this.data.areas(ags.length === 8 ? "gemeinde" : "kreis");
    const shape = shapes.features.find((feature) => feature.id === ags) ?? shapes.features.find((feature) => feature.id === kreis);
    if (shape) this.map.fitBounds(L.geoJSON(shape).getBounds(), { padding: [60, 60], maxZoom: 11, animate: false });
    await this.draw();
    this.remember();
  }

  whole() {
    this.state.ort = this.told = undefined;
    this.map.fitBounds(this.land, { padding: [6, 6], animate: false });
    this.draw().then(() => this.remember());
  }

  choose(ags) {
    this.state.ort = ags;
    this.find("gebiet").value = ags;
    for (const layer of this.layers) {
      layer.marked = ags;
      layer.colour();
    }
    this.read(ags);
    this.remember();
  }

  /** Write the figures of an area beside the map: of the one pointed at, of the chosen one, or else of the last one. */
  read(ags = this.state.ort ?? this.told) {
    this.told = ags;
    const basis = (layer, level) => this.basisOf(layer, level);
    const rows = this.names.has(ags) ? reading(ags, this.layers, { config: this.config, names: this.names, basis }) : this.hint;
    this.find("ablesen").replaceChildren(...rows);
  }

  basisOf(layer, level) {
    const found = this.index.stands[layer.theme].find(([stand]) => stand === layer.stand);
    return this.config.bases[found[level === "kreis" ? 1 : 2]] ?? "";
  }

  /** The 100 m cells over the areas, which then are outlines alone. */
  async cells(kind) {
    if (kind && !this.raster) {
      this.map.createPane("raster").style.zIndex = 405;
      const { rasterLayer } = await import("./raster.mjs");
      const { layer, metadata } = await rasterLayer(this.config.root, this.config.tiles, this.config.colours);
      this.raster = layer;
      const day = (iso) => (iso ? date(iso, this.lang) : "–");
      this.find("raster-text").textContent = this.text.cells
        .replace("{mobile}", day(metadata.stand_mobile))
        .replace("{fixed}", day(metadata.stand_fixed));
    }
    if (kind) {
      this.raster.addTo(this.map);
      this.raster.show(kind);
    } else {
      this.raster?.remove();
    }
    for (const layer of this.layers) {
      layer.opacity = kind ? 0 : 1;
      layer.colour();
    }
    this.part.classList.toggle("cells", Boolean(kind));
    for (const legend of this.part.querySelectorAll("[data-raster-legende]")) {
      legend.hidden = !kind || (legend.dataset.rasterLegende === "festnetz") !== (kind === "festnetz");
    }
  }

  basemap() {
    L.tileLayer(this.config.basemap.url, { attribution: this.config.basemap.attribution, referrerPolicy: "no-referrer" }).addTo(this.map);
    for (const layer of this.layers) {
      layer.opacity = 0.7;
      layer.colour();
    }
    this.find("hintergrund-teil").remove();
  }

  remember() {
    history.replaceState(null, "", writeAddress(this.state) || location.pathname);
  }

  /** The other Stände of the theme, so that the slider answers at once. */
  preload() {
    const later = window.requestIdleCallback ?? ((call) => setTimeout(call, 200));
    later(() => {
      for (const [stand] of this.stands) this.data.file(stand).catch(() => undefined);
    });
  }
}

const part = document.querySelector("[data-karte-teil]");
if (part) {
  const config = JSON.parse(document.getElementById("karte-daten").textContent);
  const page = new MapPage(part, config);
  page.start().catch((error) => {
    part.querySelector("[data-ablesen]").textContent = config.texts.failed;
    console.error(error);
  });
}
