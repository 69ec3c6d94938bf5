// What a world may have besides the usual, each asked for by a flag of its own; else it is the seed's chance. One list for every
// program that plays worlds.

import type { Flags } from './arguments.ts'
import type { Options } from './plan.ts'

export const besides = {
  pages: { type: 'boolean', means: 'its hosts serve API and page, and people use it' },
  budget: { type: 'boolean', means: 'it may not spend what it likes' },
  adding: { type: 'boolean', means: 'some of its sessions add tasks of their own' },
  report: { type: 'boolean', means: 'it is reported on by the clock' },
  accounts: { type: 'boolean', means: 'its agents have accounts with secrets' },
  prints: { type: 'boolean', means: 'sessions of it print without end' },
  worktrees: { type: 'boolean', means: 'each task of it works in a worktree of its own' },
  sensing: { type: 'boolean', means: 'sensors look at the world for it' },
  supervised: { type: 'boolean', means: 'each host with its supervisor and its sentinel' },
} as const satisfies Flags & Partial<Record<keyof Options, unknown>>

type Beside = keyof typeof besides

const names = Object.keys(besides) as Beside[]

/** What of it was asked for. */
export const askedFor = (
  values: Readonly<Record<Beside, boolean>>,
): Partial<Record<Beside, true>> =>
  Object.fromEntries(names.flatMap((name) => (values[name] ? [[name, true]] : [])))
