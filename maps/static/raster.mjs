// The 100 m cells from one PMTiles file, read by ranges. A pixel holds codes, no colours: red operators with 4G + 1, green with 5G + 1,
// blue the fixed line (1 from 100 Mbit/s, 2 some below 100, 3 some below 30); 0 is no data.

import { rasterColours } from "./rasterfarben.mjs";

const L = window.L;

const script = (src) =>
  new Promise((done, failed) => {
    const element = document.createElement("script");
    Object.assign(element, { src, onload: done, onerror: failed });
    document.head.append(element);
  });

/** A layer of the file at `url`; `show(kind)` colours it anew without asking for anything. */
export async function rasterLayer(root, url, colours) {
  if (!window.pmtiles) await script(`${root}vendor/pmtiles/pmtiles.js`);
  const file = new window.pmtiles.PMTiles(new URL(url, location.href).href);
  const metadata = await file.getMetadata();
  const CellLayer = L.GridLayer.extend({
    kind: "4g",
    createTile({ z, x, y }, done) {
      const tile = L.DomUtil.create("canvas", "leaflet-tile");
      tile.width = tile.height = 256;
      file
        .getZxy(z, x, y)
        .then(async (found) => {
          if (found) {
            const picture = await createImageBitmap(new Blob([found.data]), { premultiplyAlpha: "none", colorSpaceConversion: "none" });
            const context = tile.getContext("2d", { willReadFrequently: true });
            context.drawImage(picture, 0, 0);
            tile.codes = context.getImageData(0, 0, 256, 256).data;
            this.paint(tile);
          }
          done(null, tile);
        })
        .catch((error) => done(error, tile));
      return tile;
    },
    paint(tile) {
      const context = tile.getContext("2d");
      context.putImageData(new ImageData(rasterColours(tile.codes, this.kind, colours), 256, 256), 0, 0);
    },
    show(kind) {
      this.kind = kind;
      for (const { el } of Object.values(this._tiles)) if (el.codes) this.paint(el);
    },
  });
  const layer = new CellLayer({ minNativeZoom: 6, maxNativeZoom: 11, pane: "raster", attribution: metadata.attribution ?? "" });
  return { layer, metadata };
}
