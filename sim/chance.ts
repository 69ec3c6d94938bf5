// All chance of the simulated world, from one seed. Every consumer has a generator of its own, split off by name, so that
// one more consumer does not shift what the others draw. Promises the same numbers on every machine.

import type { Random } from '../src/base/random.ts'

export interface Chance extends Random {
  /** A generator of its own for `name`; the same name gives the same numbers. */
  split(name: string): Chance
  /** True with this probability. */
  happens(probability: number): boolean
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  /** A number around `mean`, exponentially spread, at most eight times as much. */
  about(mean: number): number
  pick<T>(choices: readonly T[]): T
  /** One of the keys, each as likely as its weight. */
  weighed<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** The chance of a world. */
export function chanceOf(seed: string): Chance {
  const draw = generator(seed)
  const chance: Chance = {
    next: draw,
    hex: (bytes) => Array.from({ length: bytes }, () => byteHex(draw())).join(''),
    split: (name) => chanceOf(`${seed}/${name}`),
    happens: (probability) => draw() < probability,
    whole: (least, most) => least + Math.floor(draw() * (most - least + 1)),
    about: (mean) => Math.min(8 * mean, -mean * Math.log(1 - draw())),
    pick: (choices) => choices[Math.floor(draw() * choices.length)] as never,
    weighed: (weights) => weighed(weights, draw()),
  }
  return chance
}

const byteHex = (drawn: number): string =>
  Math.floor(drawn * 256)
    .toString(16)
    .padStart(2, '0')

function weighed<K extends string>(weights: Readonly<Record<K, number>>, drawn: number): K {
  const entries = Object.entries(weights) as [K, number][]
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  let left = drawn * total
  for (const [key, weight] of entries) {
    left -= weight
    if (left < 0) return key
  }
  return (entries.at(-1) as [K, number])[0]
}

/** sfc32, seeded by a 128-bit hash of the text. https://pracrand.sourceforge.net/RNG_engines.txt */
function generator(seed: string): () => number {
  let [a, b, c, d] = seedWords(seed)
  const draw = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 12; i++) draw()
  return draw
}

function seedWords(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [1779033703, 3144134277, 1013904242, 2773480762]
  const factors = [597399067, 2869860233, 951274213, 2716044179] as const
  for (let i = 0; i < text.length; i++)
    for (let w = 0; w < 4; w++) {
      const mixed = Math.imul((words[w] ?? 0) ^ text.charCodeAt(i), factors[w] ?? 1)
      words[w] = mixed ^ (mixed >>> 15) ^ (words[(w + 1) % 4] ?? 0)
    }
  return words
}
