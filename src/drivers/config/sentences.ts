// Words the validator's issues for people: what was found, what is wanted, and the nearest right spelling.

import type { z } from 'zod'

import { didYouMean } from '../../base/nearest.ts'
import { knownKeys } from './schema.ts'

export interface IssueSentence {
  readonly sentence: string
  /** The key below the issue's path that the sentence is about, when there is one. */
  readonly key?: string
}

/** One sentence per thing that is wrong; an issue about several keys has several. */
export function issueSentences(issue: z.core.$ZodIssue): IssueSentence[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ key, sentence: unknownKey(key, issue.path) }))
    case 'invalid_type':
      return [{ sentence: wrongType(issue) }]
    case 'invalid_value':
      return [{ sentence: wrongValue(issue) }]
    case 'invalid_key':
      return [{ sentence: issue.issues[0]?.message ?? issue.message }]
    default:
      return [{ sentence: `${issue.message}, not ${told(issue.input)}` }]
  }
}

function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const known = knownKeys(path)
  const near = didYouMean(key, known)
  const list = near === '' && known.length > 0 ? `; known are ${known.join(', ')}` : ''
  return `unknown key \`${key}\`${near}${list}`
}

const wanted: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of `key: value` lines',
  record: 'a block of `name: …` lines',
}

function wrongType(issue: z.core.$ZodIssueInvalidType): string {
  if (issue.input === undefined) return 'is missing'
  if (!issue.message.startsWith('Invalid input'))
    return `${issue.message}, not ${told(issue.input)}`
  const want = wanted[issue.expected] ?? `a ${issue.expected}`
  const quotes = want === 'a text' && typeof issue.input !== 'object' ? '; put it in quotes' : ''
  return `must be ${want}, not ${told(issue.input)}${quotes}`
}

function wrongValue(issue: z.core.$ZodIssueInvalidValue): string {
  if (issue.input === undefined) return `is missing; one of ${issue.values.join(', ')}`
  const values = issue.values.map(String)
  const near = typeof issue.input === 'string' ? didYouMean(issue.input, values) : ''
  return `must be one of ${values.join(', ')}, not ${told(issue.input)}${near}`
}

/** The value found, short; never a long text, which might be a secret put in the wrong place. */
function told(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a block'
  if (typeof value === 'string') return value.length > 24 ? 'this text' : JSON.stringify(value)
  return String(value)
}
