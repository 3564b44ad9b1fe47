// The controls of a map: Stand, area, level, theme, patterns.

import { writeAddress } from "./adresse.mjs";
import { date } from "./klassen.mjs";

/** Fill the controls above and beside the map, and let them change it. */
export function fillControls(page) {
  page.find("stand").addEventListener("input", (event) => {
    page.state.stand = page.stands[event.target.value][0];
    showControls(page);
    page.draw().then(() => page.remember());
  });
  for (const kind of ["input", "change"]) page.part.addEventListener(kind, () => (page.find("meldung").textContent = ""));
  ticks(page);
  const select = page.find("gebiet");
  for (const level of ["kreis", "gemeinde"]) {
    const group = document.createElement("optgroup");
    group.label = level === "kreis" ? page.find("ebene").options[1].text : page.find("ebene").options[2].text;
    const entries = page.index.ags[level].map((ags, i) => [page.index.names[level][i], ags]);
    for (const [name, ags] of entries.sort((a, b) => a[0].localeCompare(b[0], "de"))) group.append(new Option(name, ags));
    if (group.children.length) select.append(group);
  }
  select.addEventListener("change", () => (select.value ? page.goTo(select.value) : page.whole()));
  page.find("ebene").addEventListener("change", (event) => {
    page.state.ebene = event.target.value || undefined;
    page.draw().then(() => page.remember());
  });
  page.find("thema").addEventListener("change", (event) => {
    location.href = `${page.config.base}karten/${event.target.value}.html${writeAddress({ ...page.state, vergleich: undefined })}`;
  });
  page.find("muster").addEventListener("change", (event) => {
    for (const layer of page.layers) {
      layer.patterns = event.target.checked;
      layer.colour();
    }
    page.part.classList.toggle("patterns", event.target.checked);
  });
  page.comparison.fillControls();
  showControls(page);
  page.find("raster")?.addEventListener("change", (event) => page.cells(event.target.value));
  page.find("hintergrund")?.addEventListener("click", () => page.basemap());
  page.map.on("moveend", () => {
    page.state.zoom = page.map.getZoom();
    page.state.mitte = [page.map.getCenter().lat, page.map.getCenter().lng];
    if (page.level() !== page.left.level) page.draw();
    page.remember();
  });
}

/** Set the controls to the state of the page. */
export function showControls(page) {
  const { state } = page;
  const slider = page.find("stand");
  slider.value = page.stands.findIndex(([stand]) => stand === state.stand);
  page.find("stand-text").textContent = date(state.stand, page.lang);
  slider.setAttribute("aria-valuetext", date(state.stand, page.lang));
  page.find("gebiet").value = state.ort ?? "";
  page.find("ebene").value = state.ebene ?? "";
}

function ticks(page) {
  const box = page.find("striche");
  const last = page.stands.length - 1;
  const line = (x, kind) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M${x} 0V6`);
    path.setAttribute("class", kind);
    box.append(path);
  };
  page.stands.forEach(([stand], i) => {
    line(last ? (i / last) * 100 : 50, "tick");
    const next = page.stands[i + 1]?.[0];
    if (page.config.break && stand <= page.config.break && next > page.config.break) line(((i + 0.5) / last) * 100, "break");
  });
}
