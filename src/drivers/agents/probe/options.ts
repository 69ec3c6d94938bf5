// Reads the options out of a help text, whatever parser printed it: commander, clap, yargs, argparse. An option stands at
// the start of its line; what the descriptions mention does not count. Pure.

import { plain } from '../classify/channels.ts'

/** So few options mean that what was read is no help text: an error, a usage line. */
const fewest = 3

/** The options that a help text lists, sorted; null when it lists too few to be one. */
export function optionsIn(help: string): readonly string[] | null {
  const found = new Set<string>()
  for (const line of plain(help).split('\n')) {
    const head = /^\s{0,12}(-{1,2}(?:\[no-\])?[A-Za-z][\w-]*.*)$/.exec(line)?.[1]
    if (head !== undefined) for (const option of namesAt(head)) found.add(option)
  }
  return found.size < fewest ? null : [...found].sort()
}

/**
 * The names with which a line begins: `-c, --config <key=value>`, `--[no-]color`, `-m MODEL, --model MODEL`. They end
 * where two spaces or the description begin.
 */
function namesAt(head: string): string[] {
  const names: string[] = []
  let rest = head.split(/\s{2,}/, 1)[0] ?? head
  for (;;) {
    const match =
      /^(--\[no-\]|-{1,2})([A-Za-z][\w-]*)(?:\[?[ =]?(?:<[^>]*>|\[[^\]]*\]|[A-Z][A-Z_0-9]*))*(?:\.{3})?\]?\s*(?:[,|/]\s*|$)?/.exec(
        rest,
      )
    if (match === null) return names
    const [whole, dashes = '', name = ''] = match
    if (dashes === '--[no-]') names.push(`--${name}`, `--no-${name}`)
    else names.push(`${dashes}${name}`)
    rest = rest.slice(whole.length)
    if (whole === '' || !rest.startsWith('-')) return names
  }
}
