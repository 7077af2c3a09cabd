import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePng, type Picture } from './png.ts';

/**
 * Draws every icon of the packages: a speech bubble with a cat's ears, for the cat of 10 Downing Street.
 * `node manifest/draw-icons.ts` writes them to manifest/icons/, where the PNG files are committed.
 */

// Taken out of Math once: jest's sandbox looks every global up anew, which made the drawing ten times slower there.
const { abs, hypot, max, min } = Math;

/** Signed distance to an outline, negative inside, in units of the symbol's side; y grows downwards. */
type Shape = (x: number, y: number) => number;
type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];

const WHITE: Colour = [255, 255, 255];
/** The manifest's accent colour and the pages' own blue. */
const BLUE: Colour = [0x0f, 0x6c, 0xbd];
/** At least 3:1 against the ribbon's white and against its dark theme's near-black: WCAG 2.2, 1.4.11. */
const RIBBON_BLUE: Colour = [0x2b, 0x7f, 0xcc];
/** Samples a pixel's side: 64 steps of alpha are smoother than the eye sees at these sizes. */
const SAMPLES = 8;

const union =
  (...shapes: Shape[]): Shape =>
  (x, y) =>
    min(...shapes.map((shape) => shape(x, y)));
const without =
  (shape: Shape, cut: Shape): Shape =>
  (x, y) =>
    max(shape(x, y), -cut(x, y));
const line =
  (shape: Shape, width: number): Shape =>
  (x, y) =>
    abs(shape(x, y) + width / 2) - width / 2;

function roundedBox([left, top]: Point, [right, bottom]: Point, radius: number): Shape {
  return (x, y) => {
    const across = abs(x - (left + right) / 2) - (right - left) / 2 + radius;
    const down = abs(y - (top + bottom) / 2) - (bottom - top) / 2 + radius;
    return hypot(max(across, 0), max(down, 0)) + min(max(across, down), 0) - radius;
  };
}

/** Corners clockwise as seen. */
function polygon(...corners: Point[]): Shape {
  const edges = corners.map((from, index) => ({ from, to: corners[(index + 1) % corners.length] ?? from }));
  return (x, y) =>
    max(
      ...edges.map(({ from, to }) => {
        const [along, down] = [to[0] - from[0], to[1] - from[1]];
        return ((x - from[0]) * down - (y - from[1]) * along) / hypot(along, down);
      }),
    );
}

const ellipse =
  ([centreX, centreY]: Point, radiusX: number, radiusY: number): Shape =>
  (x, y) =>
    (hypot((x - centreX) / radiusX, (y - centreY) / radiusY) - 1) * min(radiusX, radiusY);

const head = union(
  roundedBox([0.04, 0.17], [0.96, 0.83], 0.26),
  polygon([0.04, 0.46], [0.1, 0], [0.46, 0.2], [0.4, 0.5]),
  polygon([0.6, 0.5], [0.54, 0.2], [0.9, 0], [0.96, 0.46]),
  polygon([0.17, 0.6], [0.6, 0.6], [0.5, 0.76], [0.18, 1]),
);
const eyes = union(ellipse([0.32, 0.5], 0.065, 0.1), ellipse([0.68, 0.5], 0.065, 0.1));
/** On sixteenths, so that the smallest icon has whole pixels. */
const textLines = union(
  roundedBox([0.25, 0.3125], [0.75, 0.375], 0),
  roundedBox([0.25, 0.5], [0.75, 0.5625], 0),
  roundedBox([0.25, 0.6875], [0.5625, 0.75], 0),
);
const replyArrow = union(
  polygon([0.19, 0.5], [0.4375, 0.27], [0.4375, 0.73]),
  roundedBox([0.42, 0.4375], [0.75, 0.5625], 0),
  roundedBox([0.625, 0.4375], [0.75, 0.75], 0),
);

interface Drawing {
  size: number;
  shape: Shape;
  colour: Colour;
  /** Pixels left free on each side of the symbol. */
  padding: number;
  /** Transparent when absent. */
  background?: Colour;
}

/** Share of the pixel that the shape covers, from 0 to 1. */
function coverage({ size, shape, padding }: Drawing, column: number, row: number): number {
  const side = size - 2 * padding;
  const middle = shape((column + 0.5 - padding) / side, (row + 0.5 - padding) / side);
  // Further from the outline than a pixel's diagonal: nothing to smooth.
  if (abs(middle) > 1 / side) return middle < 0 ? 1 : 0;

  let inside = 0;
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = (column + ((sample % SAMPLES) + 0.5) / SAMPLES - padding) / side;
    const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES - padding) / side;
    if (shape(x, y) < 0) inside += 1;
  }
  return inside / (SAMPLES * SAMPLES);
}

function draw(drawing: Drawing): Picture {
  const { size, colour, background } = drawing;
  const pixels = new Uint8Array(size * size * 4);
  for (let index = 0; index < size * size; index += 1) {
    const share = coverage(drawing, index % size, Math.floor(index / size));
    const mixed = background ? colour.map((channel, at) => Math.round(channel * share + (background[at] ?? 0) * (1 - share))) : colour;
    pixels.set([...mixed, background ? 255 : Math.round(share * 255)], index * 4);
  }
  return { width: size, height: size, pixels };
}

const ribbonShapes: Record<string, Shape> = {
  humphrey: without(head, eyes),
  summarise: without(head, textLines),
  'draft-reply': without(head, replyArrow),
};

/** Every icon by its file name. */
export function drawIcons(): Map<string, Picture> {
  const icons = new Map<string, Picture>();
  icons.set('colour-192.png', draw({ size: 192, shape: without(head, eyes), colour: WHITE, padding: 48, background: BLUE }));
  icons.set('outline-32.png', draw({ size: 32, shape: union(line(head, 0.075), eyes), colour: WHITE, padding: 0 }));
  for (const [name, shape] of Object.entries(ribbonShapes)) {
    for (const size of [16, 32, 80]) {
      icons.set(`${name}-${size}.png`, draw({ size, shape, colour: RIBBON_BLUE, padding: 0 }));
    }
  }
  return icons;
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, 'icons');
  mkdirSync(folder, { recursive: true });
  for (const [name, picture] of drawIcons()) writeFileSync(join(folder, name), writePng(picture));
  console.log(`Drew the icons in ${folder}.`);
}
