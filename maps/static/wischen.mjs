// The border between two layers: moved with a range input, so that keyboard, touch and mouse all work.

export class Swipe {
  constructor(map, box) {
    Object.assign(this, { map, box, input: box.querySelector("[data-wischer]") });
    this.cut = this.cut.bind(this);
    this.input.addEventListener("input", this.cut);
  }

  start(left, right) {
    if (!this.box.hidden) return;
    Object.assign(this, { left, right });
    this.box.hidden = false;
    this.map.on("move zoomend resize", this.cut);
    this.cut();
  }

  name(left, right) {
    this.box.querySelector("[data-links]").textContent = `← ${left}`;
    this.box.querySelector("[data-rechts]").textContent = `${right} →`;
  }

  stop() {
    this.box.hidden = true;
    this.map.off("move zoomend resize", this.cut);
    if (this.left) this.map.getPane(this.left).style.clipPath = "";
  }

  cut() {
    if (this.box.hidden) return;
    const size = this.map.getSize();
    const start = this.map.containerPointToLayerPoint([0, 0]);
    const end = this.map.containerPointToLayerPoint(size);
    const middle = start.x + (size.x * this.input.value) / 100;
    const area = (a, b) => `polygon(${a}px ${start.y}px, ${b}px ${start.y}px, ${b}px ${end.y}px, ${a}px ${end.y}px)`;
    this.map.getPane(this.left).style.clipPath = area(start.x, middle);
    this.map.getPane(this.right).style.clipPath = area(middle, end.x);
  }
}
