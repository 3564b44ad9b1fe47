// What the address of a map page holds: #stand=…&ort=…&zoom=…&mitte=…&ebene=…&vergleich=thema:stand. Pure: no page, no network.

const STAND = /^\d{4}-\d{2}-\d{2}$/;
const AGS = /^\d{5}(\d{3})?$/;

/** The state in a hash; whatever is not well formed is left out. */
export function readAddress(hash) {
  const state = {};
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  if (STAND.test(given.get("stand") ?? "")) state.stand = given.get("stand");
  if (AGS.test(given.get("ort") ?? "")) state.ort = given.get("ort");
  const zoom = Number(given.get("zoom"));
  if (given.has("zoom") && zoom >= 5 && zoom <= 15) state.zoom = zoom;
  const middle = (given.get("mitte") ?? "").split(",").map(Number);
  if (middle.length === 2 && Math.abs(middle[0]) <= 90 && Math.abs(middle[1]) <= 180 && given.get("mitte")) state.mitte = middle;
  if (["kreis", "gemeinde"].includes(given.get("ebene"))) state.ebene = given.get("ebene");
  const [theme, stand] = (given.get("vergleich") ?? "").split(":");
  if (/^[a-z0-9-]+$/.test(theme) && STAND.test(stand ?? "")) state.vergleich = { theme, stand };
  return state;
}

/** The hash of a state. */
export function writeAddress(state) {
  const parts = [];
  if (state.stand) parts.push(`stand=${state.stand}`);
  if (state.ort) parts.push(`ort=${state.ort}`);
  if (state.zoom) parts.push(`zoom=${Number(state.zoom.toFixed(2))}`);
  if (state.mitte) parts.push(`mitte=${state.mitte.map((n) => Number(n.toFixed(4))).join(",")}`);
  if (state.ebene) parts.push(`ebene=${state.ebene}`);
  if (state.vergleich) parts.push(`vergleich=${state.vergleich.theme}:${state.vergleich.stand}`);
  return parts.length ? `#${parts.join("&")}` : "";
}
