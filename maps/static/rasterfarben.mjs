// From the codes of a tile to colours. Pure: no page, no network.

const CHANNEL = { "4g": 0, "5g": 1, festnetz: 2 };
// Which class colour a code has: operators 0 to 4, and the three classes of the fixed line. Code 0 is no data.
const CLASS = { "4g": [null, 0, 2, 4, 6, 7], "5g": [null, 0, 2, 4, 6, 7], festnetz: [null, 0, 4, 7] };
const NO_DATA = [107, 114, 128, 110];

/** The pixels of a tile for one kind; `colours` are the class colours as #rrggbb. A transparent pixel (outside the Land) stays so. */
export function rasterColours(codes, kind, colours) {
  const table = CLASS[kind].map((found) => (found === null ? NO_DATA : [1, 3, 5].map((i) => parseInt(colours[found].slice(i, i + 2), 16))));
  const pixels = new Uint8ClampedArray(codes.length);
  for (let i = 0; i < codes.length; i += 4) {
    if (codes[i + 3] === 0) continue;
    const [red, green, blue, opacity = 255] = table[codes[i + CHANNEL[kind]]] ?? NO_DATA;
    pixels[i] = red;
    pixels[i + 1] = green;
    pixels[i + 2] = blue;
    pixels[i + 3] = opacity;
  }
  return pixels;
}
