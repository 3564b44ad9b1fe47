// The files of the maps, each fetched once.

export class Data {
  constructor(root) {
    this.root = `${root}karten/werte/`;
    this.files = new Map();
  }

  file(name) {
    if (!this.files.has(name)) {
      const loading = fetch(`${this.root}${name}.json`).then((answer) => {
        if (!answer.ok) throw new Error(`${answer.status} ${name}`);
        return answer.json();
      });
      loading.catch(() => this.files.delete(name));
      this.files.set(name, loading);
    }
    return this.files.get(name);
  }

  /** The values of a theme at a Stand for a level, by AGS; null where the level has none. */
  async values(theme, stand, level) {
    const [index, all] = await Promise.all([this.file("index"), this.file(stand)]);
    const values = all[theme]?.[level];
    return values ? new Map(index.ags[level].map((ags, i) => [ags, values[i]])) : null;
  }

  /** The areas of a level as GeoJSON. */
  async areas(level) {
    const topology = await this.file(level);
    return window.topojson.feature(topology, topology.objects.gebiete);
  }
}
