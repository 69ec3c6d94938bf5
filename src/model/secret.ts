// Secrets in texts: which values of an environment are secret, and how they are taken out of what is said before it is written
// down. Shorter values are words, and would black out half a text.

export const mask = '•••'
/** Names of variables, parted by commas, whose values a session keeps to itself though their names do not tell so. */
export const secretsVariable = 'MIDWATCH_SECRETS'

export const shortestSecret = 8
/** An author is nobody's secret: git is told of them by variables. */
const telling = /key|token|secret|passw|credential|auth(?!or)/i

/** A function that takes secrets out of a text. */
export type Hide = (text: string) => string

/** The secret values of an environment: of variables that are named like one, and of those that are `named`. */
export const secretsOf = (
  env: Readonly<Record<string, string | undefined>>,
  named: readonly string[] = [],
): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && (telling.test(name) || named.includes(name)) ? [value] : [],
  )

/** Takes these out, as they are and as JSON spells them; null where there is nothing to take out. */
export function hideOf(secrets: readonly string[]): Hide | null {
  const found = spelledOut(secrets)
  if (found.length === 0) return null
  const pattern = new RegExp(found.map(quoted).join('|'), 'g')
  return (text) => text.replace(pattern, mask)
}

/** Every spelling of these, the longest first. */
export function spelledOut(secrets: readonly string[]): readonly string[] {
  const long = secrets.filter((value) => value.length >= shortestSecret)
  const spelled = long.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
  return [...new Set(spelled)].toSorted((a, b) => b.length - a.length)
}

/** What a session says of itself, by its own environment. */
export function hideOfSession(env: Readonly<Record<string, string | undefined>>): Hide {
  const named = env[secretsVariable]?.split(',') ?? []
  return hideOf(secretsOf(env, named)) ?? ((text) => text)
}

/** The same value with every text in it hidden. */
export function hideIn<T>(value: T, hide: Hide): T {
  if (typeof value === 'string') return hide(value) as T
  if (Array.isArray(value)) return value.map((one) => hideIn(one, hide)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, hideIn(one, hide)]),
  ) as T
}

export const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
