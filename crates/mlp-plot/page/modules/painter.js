// Drawing on a canvas in the colours of the page, sharp on every screen.

/** @typedef {{ink: string, soft: string, line: string, page: string, link: string}} PageColors */

/**
 * @param {Element} element
 * @returns {PageColors}
 */
function pageColors(element) {
  const style = getComputedStyle(element);
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: of("ink"), soft: of("soft"), line: of("line"), page: of("page"), link: of("link") };
}

/** A canvas with lengths in CSS pixels. */
export class Painter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.colors = pageColors(canvas);
    this.width = 0;
    this.height = 0;
  }

  /**
   * Begins a picture of this size on the colour of the page.
   * @param {number} width
   * @param {number} height
   */
  begin(width, height) {
    const { canvas, context } = this;
    const density = Math.max(1, window.devicePixelRatio || 1);
    [this.width, this.height] = [width, height];
    [canvas.width, canvas.height] = [Math.round(width * density), Math.round(height * density)];
    canvas.style.height = `${height}px`;
    canvas.parentElement?.style.setProperty("--aspect", String(width / height));
    this.colors = pageColors(canvas);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.fillStyle = this.colors.page;
    context.fillRect(0, 0, width, height);
    context.lineWidth = 1;
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {{align?: CanvasTextAlign, soft?: boolean, bold?: boolean, turned?: boolean, most?: number}} [how] `most` pixels, or it ends in dots
   */
  text(text, x, y, { align = "left", soft = false, bold = false, turned = false, most = Infinity } = {}) {
    const { context } = this;
    context.font = `${bold ? "600 " : ""}12px system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif`;
    context.fillStyle = soft ? this.colors.soft : this.colors.ink;
    context.textAlign = align;
    context.textBaseline = "middle";
    let short = text;
    while (short.length > 1 && context.measureText(short).width > most) short = `${short.slice(0, -2)}…`;
    context.save();
    context.translate(x, y);
    if (turned) context.rotate(-Math.PI / 2);
    context.fillText(short, 0, 0);
    context.restore();
  }

  /**
   * @param {string} text
   * @returns {number}
   */
  widthOf(text) {
    this.context.font = '12px system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif';
    return this.context.measureText(text).width;
  }

  /**
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   * @param {string} [color]
   */
  line(x0, y0, x1, y1, color = this.colors.line) {
    const { context } = this;
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  /**
   * Discs of one colour, whose centres are pairs of numbers.
   * @param {number[]} centers
   * @param {number} radius
   * @param {string} color
   * @param {number} opacity
   */
  discs(centers, radius, color, opacity) {
    const { context } = this;
    context.fillStyle = color;
    context.globalAlpha = opacity;
    for (let i = 0; i < centers.length; i += 2) {
      context.beginPath();
      context.arc(centers[i], centers[i + 1], radius, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /**
   * A triangle at an edge, which points outwards.
   * @param {number} x
   * @param {number} y
   * @param {number} right 1 beyond the right edge, -1 beyond the left one
   * @param {number} down
   * @param {string} color
   * @param {number} opacity
   */
  mark(x, y, right, down, color, opacity) {
    const { context } = this;
    const angle = Math.atan2(down, right);
    context.fillStyle = color;
    context.globalAlpha = opacity;
    context.beginPath();
    for (const turn of [0, 2.3, -2.3]) context.lineTo(x + 5 * Math.cos(angle + turn), y + 5 * Math.sin(angle + turn));
    context.fill();
    context.globalAlpha = 1;
  }
}
