// What the table of commands says of each: name, one line, who may use it, and where its module is.

import type { Rights } from './call.ts'
import type { CommandModule } from './command-module.ts'

export interface CommandEntry {
  readonly name: string
  /** Arguments, for the list of commands. */
  readonly takes: string
  readonly summary: string
  readonly rights: Rights
  readonly load: () => Promise<CommandModule>
}

export interface CommandGroup {
  readonly title: string
  readonly commands: readonly CommandEntry[]
}

/** One row of the table. */
export function entry(
  name: string,
  takes: string,
  summary: string,
  rights: Rights,
  load: () => Promise<CommandModule>,
): CommandEntry {
  return { name, takes, summary, rights, load }
}

/** For a module that is loaded with the table. */
export function at(module: CommandModule): () => Promise<CommandModule> {
  return async () => module
}
