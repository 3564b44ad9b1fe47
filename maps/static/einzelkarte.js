// Switches the Stand of a map and shows its tooltips. Names from data go into the page as text only.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const data = JSON.parse(document.getElementById("werte").textContent);
  const select = document.getElementById("stand");
  const basis = document.getElementById("grundlage");
  const map = window[data.map];
  const layer = window[data.layer];
  map.attributionControl.setPrefix(false);
  map.zoomControl.remove();
  L.control.zoom({ zoomInTitle: data.texts.zoomIn, zoomOutTitle: data.texts.zoomOut }).addTo(map);

  const number = (value) => value.toLocaleString(data.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false });
  const percent = (share) => (share === null ? data.texts.noData : `${number(share * 100)}${data.lang === "de" ? "\u00a0" : ""}%`);
  const line = (element, text) => {
    const node = document.createElement(element);
    node.textContent = text;
    return node;
  };
  const tooltip = (ags, view) => {
    const box = document.createElement("div");
    const share = view.shares[ags];
    box.append(line("strong", data.names[ags]), line("span", percent(share)));
    box.append(line("span", view.line));
    if (data.target && share !== null) {
      const gap = Math.max(0, data.target.share - share) * 100;
      box.append(line("span", `${data.target.label}: ${gap > 0 ? data.texts.missing.replace("#", number(gap)) : data.texts.reached}`));
    }
    return box;
  };
  const restyle = (area) => area.setStyle(data.styles[data.views[select.value].classes[area.feature.properties.ags]]);
  const show = (stand) => {
    const view = data.views[stand];
    layer.eachLayer((area) => {
      const ags = area.feature.properties.ags;
      restyle(area);
      area.unbindTooltip();
      area.bindTooltip(tooltip(ags, view), { sticky: true });
    });
    basis.textContent = view.line;
  };

  layer.eachLayer((area) => {
    area.on("mouseover focus", () => area.setStyle({ weight: 3, color: "#241f3f" }).bringToFront());
    area.on("mouseout blur", () => restyle(area));
  });
  select.addEventListener("change", () => show(select.value));
  show(select.value);
});
