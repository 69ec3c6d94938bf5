// What the module of a command is: it adds arguments, options and action to the declaration of its command.

import type { Handler } from './call.ts'
import type { Action, Command } from './grammar.ts'

/** Turns a handler into an action. */
export type Act = <O extends object>(handler: Handler<O>) => Action

export interface CommandModule {
  /** Adds arguments, options and the action to its command. */
  define(command: Command, act: Act): void
}
