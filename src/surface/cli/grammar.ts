// How a command is declared: its arguments, options, inner commands and action. Only a declaration; `parse.ts` reads
// what was typed against it and `help.ts` prints it. Ours because it is on the way of every command: a general parser
// took a tenth of the time that `midwatch list` may take.

/** What runs a command once everything was read. */
export type Action = (
  args: readonly (string | readonly string[] | undefined)[],
  options: Readonly<Record<string, unknown>>,
) => Promise<void>

export interface Argument {
  readonly name: string
  readonly about: string
  readonly required: boolean
  /** Takes every word that is left. */
  readonly variadic: boolean
  readonly fallback: string | undefined
}

export interface Option {
  /** `--prompt-file`, and `promptFile` as handlers know it. */
  readonly long: string
  readonly key: string
  readonly short: string | null
  /** The name of its value; null for a switch. */
  readonly value: string | null
  /** The value may be left out, and then it is as if the option were. */
  readonly optional: boolean
  readonly about: string
  readonly required: boolean
  readonly fallback: string | undefined
  /** Puts a further value to those before, for options that may be given several times. */
  readonly gather: Gather | null
}

export type Gather = (value: string, before: readonly string[] | undefined) => readonly string[]

export class Command {
  readonly name: string
  readonly args: Argument[] = []
  readonly options: Option[] = []
  readonly commands: Command[] = []
  summaryText = ''
  usageText: string | null = null
  afterText = ''
  run: Action | null = null

  constructor(name: string) {
    this.name = name
  }

  summary(text: string): this {
    this.summaryText = text
    return this
  }

  /** Replaces the generated usage, for arguments that a declaration cannot say. */
  usage(text: string): this {
    this.usageText = text
    return this
  }

  /** `<task>` is needed, `[dir]` is not, `<task...>` takes several. */
  argument(term: string, about = '', fallback?: string): this {
    const [, open, name = term, dots] = /^([<[])([^.]*)(\.\.\.)?[>\]]$/.exec(term) ?? []
    this.args.push({ name, about, required: open === '<', variadic: dots === '...', fallback })
    return this
  }

  /** `--json`, `--limit <n>`, `--fleet [dir]` or `-f, --follow`; with a fallback value, or with how several are gathered. */
  option(flags: string, about: string, more?: string | Gather): this {
    this.options.push(optionOf(flags, about, false, more))
    return this
  }

  requiredOption(flags: string, about: string): this {
    this.options.push(optionOf(flags, about, true))
    return this
  }

  /** Printed after the options. */
  addHelpText(_where: 'after', text: string): this {
    this.afterText += text
    return this
  }

  /** Declares an inner command and answers it. */
  command(name: string): Command {
    const inner = new Command(name)
    this.commands.push(inner)
    return inner
  }

  action(run: Action): this {
    this.run = run
    return this
  }
}

function optionOf(flags: string, about: string, required: boolean, more?: string | Gather): Option {
  const [, short = null, long = flags, value = null] =
    /^(?:(-\w), )?(--[\w-]+)(?: [<[]([^>\]]+)[>\]])?$/.exec(flags) ?? []
  return {
    long,
    key: long.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    short,
    value,
    optional: flags.endsWith(']'),
    about,
    required,
    fallback: typeof more === 'string' ? more : undefined,
    gather: typeof more === 'function' ? more : null,
  }
}
