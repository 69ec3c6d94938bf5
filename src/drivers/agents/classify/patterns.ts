// Puts many small patterns together into one, so that knowledge reads as a list. Letter case counts only in `…Exact`.

/** Any of them, anywhere in the line. */
export const anyOf = (...parts: readonly RegExp[]): RegExp => new RegExp(sourceOf(parts), 'i')

/** Any of them, at the start of what is said. */
export const atStart = (...parts: readonly RegExp[]): RegExp =>
  new RegExp(`^(?:${sourceOf(parts)})`, 'i')

/** Any of them, as whole words. */
export const asWord = (...parts: readonly RegExp[]): RegExp =>
  new RegExp(`\\b(?:${sourceOf(parts)})\\b`, 'i')

/** Machine words as they are written: types, codes, exception names. */
export const asWordExact = (...parts: readonly RegExp[]): RegExp =>
  new RegExp(`\\b(?:${sourceOf(parts)})\\b`)

/** Sentences that only the client itself writes so. */
export const atStartExact = (...parts: readonly RegExp[]): RegExp =>
  new RegExp(`^(?:${sourceOf(parts)})`)

/** At the start, behind the name that programs put first: `git: `, `bash: line 1: `, `/usr/bin/tool: `. */
export const afterName = (...parts: readonly RegExp[]): RegExp =>
  new RegExp(`^(?:[\\w./@+-]+(?: \\d+)?: )*(?:${sourceOf(parts)})`, 'i')

function sourceOf(parts: readonly RegExp[]): string {
  return parts.map((part) => part.source).join('|')
}
