import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createManifest } from '../../manifest/app.ts';
import { drawIcons } from '../../manifest/draw-icons.ts';
import { readPngSize, writePng } from '../../manifest/png.ts';
import { exampleSettings } from './example-settings.ts';

const folder = join(import.meta.dirname, '../../manifest/icons');
const icons = drawIcons();

/** The rows of a PNG of ours, before compression: another Node may compress the same picture into other bytes. */
function rowsOf(png: Buffer): Buffer {
  const start = png.indexOf('IDAT') + 4;
  return inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
}

function pixelsOf(name: string): number[][] {
  const pixels = [...(icons.get(name)?.pixels ?? [])];
  return Array.from({ length: pixels.length / 4 }, (_, index) => pixels.slice(index * 4, index * 4 + 4));
}

/** WCAG's contrast of two colours, from 1 to 21. */
function contrast(one: number[], other: number[]): number {
  const luminance = (colour: number[]) => {
    const [red = 0, green = 0, blue = 0] = colour.map((channel) =>
      channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('the icons', () => {
  test('are committed as the script draws them, and nothing else is', () => {
    expect(readdirSync(folder).sort()).toEqual([...icons.keys()].sort());
    for (const [name, picture] of icons) {
      expect([name, rowsOf(readFileSync(join(folder, name))).equals(rowsOf(writePng(picture)))]).toEqual([name, true]);
    }
  });

  test('have the size that stands in their name', () => {
    for (const name of icons.keys()) {
      const size = Number(/\d+/.exec(name)?.[0]);
      expect([name, readPngSize(readFileSync(join(folder, name)))]).toEqual([name, { width: size, height: size }]);
    }
  });

  test('the outline is pure white on transparent, as Teams asks, and reaches the edges', () => {
    const pixels = pixelsOf('outline-32.png');
    expect(pixels.filter(([red, green, blue]) => red !== 255 || green !== 255 || blue !== 255)).toEqual([]);
    expect(pixels.some(([, , , alpha]) => alpha === 255)).toBe(true);
    expect(pixels.filter(([, , , alpha]) => alpha === 0).length).toBeGreaterThan(pixels.length / 3);
    const top = pixels.slice(0, 32);
    expect(top.some(([, , , alpha = 0]) => alpha > 0)).toBe(true);
  });

  test('the colour icon is opaque, with its symbol in the middle half', () => {
    const pixels = pixelsOf('colour-192.png');
    expect(pixels.every(([, , , alpha]) => alpha === 255)).toBe(true);
    const background = pixels[0];
    expect(`#${Buffer.from(background ?? []).toString('hex', 0, 3)}`).toBe(createManifest(exampleSettings).accentColor.toLowerCase());
    const painted = pixels.flatMap((pixel, index) =>
      pixel.join() === background?.join() ? [] : [{ column: index % 192, row: Math.floor(index / 192) }],
    );
    expect(painted.length).toBeGreaterThan(1_000);
    expect(painted.every(({ column, row }) => column >= 48 && column < 144 && row >= 48 && row < 144)).toBe(true);
  });

  test('the ribbon icons stand out from a light ribbon and from a dark one (WCAG 2.2, 1.4.11)', () => {
    for (const name of ['humphrey-32.png', 'summarise-32.png', 'draft-reply-32.png']) {
      const solid = pixelsOf(name).find(([, , , alpha]) => alpha === 255) ?? [];
      expect(contrast(solid.slice(0, 3), [255, 255, 255])).toBeGreaterThanOrEqual(3);
      expect(contrast(solid.slice(0, 3), [41, 41, 41])).toBeGreaterThanOrEqual(3);
    }
  });
});
