// The map of a page: theme, Stand, level, area and comparison; its state stands in the address. Names from data become text only.

import { readAddress, writeAddress } from "./adresse.mjs";
import { Data } from "./daten.mjs";
import { Layer } from "./ebene.mjs";
import { countClasses, date, percent } from "./klassen.mjs";
import { Swipe } from "./wischen.mjs";

const L = window.L;
const ZOOM_TO_GEMEINDEN = 1.5;

class MapPage {
  constructor(part, config) {
    Object.assign(this, { part, config, text: config.texts, lang: config.language });
    this.find = (name) => part.querySelector(`[data-${name}]`);
    this.data = new Data(config.root);
    this.state = { ...readAddress(location.hash) };
  }

  async start() {
    const index = await this.data.file("index");
    this.index = index;
    this.names = new Map(["kreis", "gemeinde"].flatMap((level) => index.ags[level].map((ags, i) => [ags, index.names[level][i]])));
    this.stands = index.stands[this.config.theme];
    if (!this.stands.some(([stand]) => stand === this.state.stand)) this.state.stand = this.stands.at(-1)[0];
    await Promise.all([this.data.file(this.state.stand), this.data.file("kreis")]);
    this.makeMap();
    await this.draw();
    this.find("bild")?.remove();
    performance.mark("karte");
    this.fillControls();
    if (this.state.ort && !this.state.zoom) await this.goTo(this.state.ort);
    if (this.state.vergleich) await this.compare(this.state.vergleich);
    this.part.dataset.fertig = "ja";
    this.preload();
  }

  makeMap() {
    const box = this.find("karte");
    const areas = this.data.file("kreis");
    this.map = L.map(box, { zoomSnap: 0.25, maxZoom: 15, minZoom: 5, attributionControl: true, zoomAnimation: false, fadeAnimation: false });
    this.map.attributionControl.setPrefix(false);
    this.map.zoomControl.setPosition("topright");
    areas.then((topology) => {
      const [west, south, east, north] = topology.bbox;
      this.land = L.latLngBounds([south, west], [north, east]);
    });
    this.left = new Layer(this.map, this.data, this.config, "links");
    this.left.onRead = (ags) => this.read(ags);
    this.left.onChoose = (ags) => this.choose(ags);
    this.swipe = new Swipe(this.map, this.find("wischen"));
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
    if (this.right) {
      this.right.marked = this.state.ort;
      await this.right.show(this.state.vergleich.theme, this.state.vergleich.stand, level);
    }
    this.legend(level);
    this.basisLine();
    this.read(this.state.ort);
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
    const basis = this.basisOf(this.left);
    if (!line || !basis) return;
    line.textContent = this.text.basis_line.replace("{stand}", date(this.state.stand, this.lang)).replace("{basis}", basis);
  }

  fillControls() {
    const { stands, state } = this;
    const slider = this.find("stand");
    const show = () => {
      const stand = stands[slider.value][0];
      this.find("stand-text").textContent = date(stand, this.lang);
      slider.setAttribute("aria-valuetext", date(stand, this.lang));
    };
    slider.value = stands.findIndex(([stand]) => stand === state.stand);
    slider.addEventListener("input", () => {
      state.stand = stands[slider.value][0];
      show();
      this.draw().then(() => this.remember());
    });
    show();
    this.ticks();
    const select = this.find("gebiet");
    for (const level of ["kreis", "gemeinde"]) {
      const group = document.createElement("optgroup");
      group.label = level === "kreis" ? this.find("ebene").options[1].text : this.find("ebene").options[2].text;
      const entries = this.index.ags[level].map((ags, i) => [this.index.names[level][i], ags]);
      for (const [name, ags] of entries.sort((a, b) => a[0].localeCompare(b[0], "de"))) group.append(new Option(name, ags));
      if (group.children.length) select.append(group);
    }
    select.value = this.names.has(state.ort) ? state.ort : "";
    select.addEventListener("change", () => (select.value ? this.goTo(select.value) : this.whole()));
    this.find("ebene").value = state.ebene ?? "";
    this.find("ebene").addEventListener("change", (event) => {
      state.ebene = event.target.value || undefined;
      this.draw().then(() => this.remember());
    });
    this.find("thema").addEventListener("change", (event) => {
      location.href = `${this.config.base}karten/${event.target.value}.html${writeAddress({ ...state, vergleich: undefined })}`;
    });
    this.find("muster").addEventListener("change", (event) => {
      for (const layer of [this.left, this.right]) {
        if (layer) {
          layer.patterns = event.target.checked;
          layer.colour();
        }
      }
      this.part.classList.toggle("patterns", event.target.checked);
    });
    this.fillCompare();
    this.find("raster")?.addEventListener("change", (event) => this.cells(event.target.value));
    this.find("hintergrund")?.addEventListener("click", () => this.basemap());
    this.map.on("moveend", () => {
      state.zoom = this.map.getZoom();
      state.mitte = [this.map.getCenter().lat, this.map.getCenter().lng];
      if (this.level() !== this.left.level) this.draw();
      this.remember();
    });
  }

  ticks() {
    const box = this.find("striche");
    const last = this.stands.length - 1;
    const line = (x, kind) => {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${x} 0V6`);
      path.setAttribute("class", kind);
      box.append(path);
    };
    this.stands.forEach(([stand], i) => {
      line(last ? (i / last) * 100 : 50, "tick");
      const next = this.stands[i + 1]?.[0];
      if (this.config.break && stand <= this.config.break && next > this.config.break) line(((i + 0.5) / last) * 100, "break");
    });
  }

  fillCompare() {
    const theme = this.find("vergleich-thema");
    const stand = this.find("vergleich-stand");
    for (const [id, { title }] of Object.entries(this.config.themes)) theme.append(new Option(title, id));
    theme.value = this.state.vergleich?.theme ?? this.config.theme;
    const fill = () => {
      stand.replaceChildren(...this.index.stands[theme.value].map(([iso]) => new Option(date(iso, this.lang), iso)));
    };
    fill();
    if (this.state.vergleich) stand.value = this.state.vergleich.stand;
    theme.addEventListener("change", fill);
    this.find("vergleichen").addEventListener("click", async () => {
      if (this.right) this.endComparison();
      else await this.compare({ theme: theme.value, stand: stand.value });
      this.remember();
    });
  }

  async compare(other) {
    if (!this.index.stands[other.theme]?.some(([stand]) => stand === other.stand)) return;
    this.state.vergleich = other;
    this.right = new Layer(this.map, this.data, this.config, "rechts");
    this.right.patterns = this.left.patterns;
    this.right.opacity = this.left.opacity;
    this.right.onRead = (ags) => this.read(ags);
    this.right.onChoose = (ags) => this.choose(ags);
    await this.draw();
    const name = (theme, stand) => `${this.config.themes[theme].title}, ${date(stand, this.lang)}`;
    this.swipe.start("links", "rechts", [name(this.config.theme, this.state.stand), name(other.theme, other.stand)]);
    this.find("vergleichen").querySelector("span").textContent = this.text.compare_end;
    this.find("vergleich-teil").open = true;
  }

  endComparison() {
    this.swipe.stop();
    this.right.remove();
    this.right = null;
    this.state.vergleich = undefined;
    this.find("vergleichen").querySelector("span").textContent = this.text.compare;
    this.read(this.state.ort);
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
    this.state.ort = undefined;
    this.map.fitBounds(this.land, { padding: [6, 6], animate: false });
    this.draw().then(() => this.remember());
  }

  choose(ags) {
    this.state.ort = ags;
    this.find("gebiet").value = ags;
    for (const layer of [this.left, this.right]) {
      if (layer) {
        layer.marked = ags;
        layer.colour();
      }
    }
    this.read(ags);
    this.remember();
  }

  /** Write the figure of an area beside the map. */
  read(ags) {
    const box = this.find("ablesen");
    if (!ags || !this.names.has(ags)) return;
    const line = (element, text) => {
      const node = document.createElement(element);
      node.textContent = text;
      return node;
    };
    const rows = [line("strong", this.names.get(ags))];
    for (const layer of [this.left, this.right]) {
      if (!layer) continue;
      const value = layer.values?.get(ags) ?? (layer.level === "kreis" ? layer.values?.get(ags.slice(0, 5)) : undefined);
      rows.push(line("span", percent(value, this.lang, this.text.no_data)));
      rows.push(line("small", `${this.config.themes[layer.theme].title}, ${this.text.stand} ${date(layer.stand, this.lang)}, ${this.basisOf(layer)}`));
      if (layer === this.left && this.config.target !== null && value !== null && value !== undefined) {
        const gap = this.config.target * 10000 - value;
        const text = gap <= 0 ? this.text.reached : this.text.missing_points.replace("#", percent(gap, this.lang, "").replace(/\s?%/, ""));
        rows.push(line("small", text));
      }
    }
    const link = line("a", this.text.page);
    link.href = `${this.config.base}${ags.length === 8 ? "gemeinden" : "kreise"}/${ags}.html`;
    rows.push(link);
    box.replaceChildren(...rows);
  }

  basisOf(layer) {
    const found = this.index.stands[layer.theme].find(([stand]) => stand === layer.stand);
    return this.config.bases[found[layer.level === "kreis" ? 1 : 2]] ?? "";
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
    for (const layer of [this.left, this.right]) {
      if (layer) {
        layer.opacity = kind ? 0 : 1;
        layer.colour();
      }
    }
    this.part.classList.toggle("cells", Boolean(kind));
    for (const legend of this.part.querySelectorAll("[data-raster-legende]")) {
      legend.hidden = !kind || (legend.dataset.rasterLegende === "festnetz") !== (kind === "festnetz");
    }
  }

  basemap() {
    L.tileLayer(this.config.basemap.url, { attribution: this.config.basemap.attribution, referrerPolicy: "no-referrer" }).addTo(this.map);
    for (const layer of [this.left, this.right]) {
      if (layer) {
        layer.opacity = 0.7;
        layer.colour();
      }
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
