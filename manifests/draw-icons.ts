// node manifests/draw-icons.ts: draws the app's two icons anew. A sprout of two leaves, white on the accent colour (192
// square, no transparency) and white on nothing (32 square), as learn.microsoft.com, "App icons", asks for them.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

type Inside = (x: number, y: number) => boolean

const circle = (cx: number, cy: number, r: number): Inside => {
  return (x, y) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r
}
/** A leaf from one tip to the other: where two equal circles through both tips overlap. `bulge`: width by length. */
function leaf(
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
  bulge: number,
): Inside {
  const [dx, dy] = [bx - ax, by - ay]
  const half = Math.hypot(dx, dy) / 2
  const rise = half * bulge
  const r = (half * half + rise * rise) / (2 * rise)
  const off = (r - rise) / (2 * half)
  const [mx, my] = [(ax + bx) / 2, (ay + by) / 2]
  const one = circle(mx - dy * off, my + dx * off, r)
  const other = circle(mx + dy * off, my - dx * off, r)
  return (x, y) => one(x, y) && other(x, y)
}

/** In a square of side 1, y downwards. `grown`: how much of the square it fills. */
function sprout(grown: number): Inside {
  const at = (x: number, y: number): [number, number] => [0.5 + (x - 0.5) * grown, 0.5 + (y - 0.5) * grown]
  const left = leaf(at(0.2, 0.38), at(0.51, 0.6), 0.62)
  const right = leaf(at(0.82, 0.33), at(0.51, 0.57), 0.66)
  const [stemX, top] = at(0.52, 0.56)
  const [, bottom] = at(0.52, 0.87)
  const stem: Inside = (x, y) => Math.abs(x - stemX) < 0.028 * grown && y > top && y < bottom
  return (x, y) => left(x, y) || right(x, y) || stem(x, y)
}

/** Points looked at in each direction within a pixel, so that edges are soft. */
const fine = 8

/** The share of a pixel that is inside, from 0 to 255. */
function cover(inside: Inside, size: number, x: number, y: number): number {
  let hits = 0
  for (let at = 0; at < fine * fine; at += 1) {
    const [px, py] = [x + ((at % fine) + 0.5) / fine, y + (Math.floor(at / fine) + 0.5) / fine]
    if (inside(px / size, py / size)) hits += 1
  }
  return Math.round((hits / (fine * fine)) * 255)
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG in eight bits with transparency, rows without a filter. */
function png(
  size: number,
  pixel: (x: number, y: number) => readonly [number, number, number, number],
): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 6], 8)
  const rows = Array.from({ length: size }, (_, y) => [
    0,
    ...Array.from({ length: size }, (__, x) => pixel(x, y)),
  ])
  const raw = Buffer.from(rows.flat(2))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** `accentColor` of the manifest. */
const green = [0x2f, 0x6b, 0x4f] as const

export function drawIcons(): { readonly color: Buffer; readonly outline: Buffer } {
  const [large, small] = [sprout(0.94), sprout(1.12)]
  return {
    color: png(192, (x, y) => {
      const white = cover(large, 192, x, y) / 255
      const mix = (base: number) => Math.round(base + (255 - base) * white)
      return [mix(green[0]), mix(green[1]), mix(green[2]), 255]
    }),
    outline: png(32, (x, y) => [255, 255, 255, cover(small, 32, x, y)]),
  }
}

if (import.meta.main) {
  const { color, outline } = drawIcons()
  const folder = path.join(import.meta.dirname, 'teams')
  writeFileSync(path.join(folder, 'color.png'), color)
  writeFileSync(path.join(folder, 'outline.png'), outline)
}
