// The flags of a call as rows: how they are spelt, which of them a build lacks, and on which of them a refused call can be
// pinned. What a client complains of decides; help texts name every flag there is and therefore none.

import { lines } from './classify/channels.ts'
import type { Flag } from './contract.ts'

export function required(flag: string, ...values: string[]): Flag {
  return { flag, values, need: 'required' }
}

export function optional(flag: string, ...values: string[]): Flag {
  return { flag, values, need: 'optional' }
}

/** A row's name: the flag, with its first value where that belongs to it. */
export function nameOf({ flag, values, keyed }: Flag): string {
  return keyed ? `${flag} ${values[0] ?? ''}`.trimEnd() : flag.replace(/=$/, '')
}

/** The arguments of these rows, and the names of those that are left out. Required rows are always sent. */
export function spell(
  flags: readonly Flag[],
  lacks: ReadonlySet<string>,
): { readonly args: readonly string[]; readonly leftOut: readonly string[] } {
  const out = flags.filter((row) => row.need === 'optional' && lacks.has(nameOf(row)))
  return {
    args: flags
      .filter((row) => !out.includes(row))
      .flatMap(({ flag, values }) =>
        isGlued(flag) ? [`${flag}${values.join('')}`] : [flag, ...values],
      ),
    leftOut: out.map(nameOf),
  }
}

/** `--name=` takes its value in the same argument, so that a value may begin with a dash. */
function isGlued(flag: string): boolean {
  return flag.endsWith('=')
}

/** Words with which clients refuse an argument. Lines of a help text begin with an option and are none. */
const complaint =
  /\b(?:unknown|unexpected|unrecogni[sz]ed|invalid|undefined|not defined|no such|not recogni[sz]ed|not supported|not allowed|ambiguous|missing|requires|cannot|can't|conflicts?)\b/i
const shapeless = /\binvalid command format\b/i

/**
 * The optional rows on which a refused call is to be pinned: those the complaint names. A call that was answered with
 * nothing but a help text, or with a complaint about its shape, is pinned on all that were `sent`. None where the
 * complaint names another flag or another cause.
 */
export function culprits(
  said: string,
  flags: readonly Flag[],
  sent: ReadonlySet<string>,
): readonly string[] {
  const all = lines(said)
  const complaints = all.filter((line) => !/^-/.test(line) && complaint.test(line))
  const rows = flags.filter((row) => row.need === 'optional')
  const named = rows.filter((row) => complaints.some((line) => names(line, row)))
  if (named.length > 0) return named.map(nameOf)
  const isHelpOnly = complaints.length === 0 && all.some((line) => /^-{1,2}[a-z]/i.test(line))
  if (!isHelpOnly && !complaints.some((line) => shapeless.test(line))) return []
  return rows.map(nameOf).filter((name) => sent.has(name))
}

/** Whether a complaint names this row, with its dashes or, as yargs does, without them. */
function names(line: string, row: Flag): boolean {
  const bare = row.flag.replace(/^-+/, '').replace(/=$/, '')
  const key = row.keyed ? row.values[0] : undefined
  if (key !== undefined && word(key).test(line)) return true
  return dashed(bare).test(line) || (/^Unknown arguments?:/i.test(line) && word(bare).test(line))
}

const dashed = (bare: string): RegExp => new RegExp(`(?<![\\w-])--?${escaped(bare)}(?![\\w-])`)
const word = (bare: string): RegExp => new RegExp(`(?<![\\w-])${escaped(bare)}(?![\\w-])`)
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
