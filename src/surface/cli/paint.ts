// Colours, only for terminals that want them. A colour here is a meaning: good, bad, waiting, aside.

import { styleText } from 'node:util'

export interface Paint {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly waiting: (text: string) => string
  readonly moving: (text: string) => string
  readonly strong: (text: string) => string
  readonly aside: (text: string) => string
}

const plain = (text: string): string => text
const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(format, text, { validateStream: false })

/** All colours, or none. */
export const paintFor = (colour: boolean): Paint =>
  colour
    ? {
        good: style('green'),
        bad: style('red'),
        waiting: style('yellow'),
        moving: style('cyan'),
        strong: style('bold'),
        aside: style('dim'),
      }
    : { good: plain, bad: plain, waiting: plain, moving: plain, strong: plain, aside: plain }
