// Families of sentences that many tools share: libraries for arguments, HTTP clients, shells, provider SDKs. For error
// channels only; per-tool rows go first. Within the list, what is said precisely outranks what is said vaguely.

import type { Row } from './row.ts'

/** Argument parsers: commander, yargs, clap, argparse, click, getopt, Go's flag and pflag, oclif. */
export const argumentRows: readonly Row[] = [
  {
    class: 'argument_error',
    when: /^(?:[\w./-]+: )*(?:unknown|unrecogni[sz]ed|unexpected|invalid|illegal|bad|ambiguous|nonexistent) (?:option|flag|argument|arguments|switch|command|subcommand|parameter|shorthand flag|long option)s?\b/i,
  },
  {
    class: 'argument_error',
    when: /^(?:[\w./-]+: )*(?:no such (?:option|command|subcommand)|flag provided but not defined|unknown (?:long )?flag|too (?:many|few) (?:positional )?arguments|missing (?:required )?(?:argument|option|positional|flag|value)|not enough (?:non-option )?arguments|not an option)/i,
  },
  {
    class: 'argument_error',
    when: /^(?:[\w./-]+: )*(?:option|argument|flag|parameter)s? .{0,80}?(?:is (?:invalid|required|missing|unknown|not recogni[sz]ed|ambiguous)|requires? (?:an? )?(?:argument|value|parameter)|needs an argument|needs? a value|expects?|must be|cannot be used with|not allowed with|doesn't allow|missing|expected (?:one|at least))/i,
  },
  {
    class: 'argument_error',
    when: /^(?:[\w./-]+: )*(?:invalid values?:|invalid value .+ for|a value is required for|the (?:following )?(?:required )?arguments? .*(?:were not provided|are required|cannot be used with)|the following required argument|the argument '.+' (?:cannot|requires|can't)|required option|argument .+: (?:invalid|expected|not allowed|conflicting)|arguments? .+ (?:are|is) mutually exclusive|.*\bmutually exclusive\b|invalid command format)/i,
  },
]
