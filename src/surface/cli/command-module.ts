// What the module of a command is: it adds its arguments, options and action to a command of commander.

import type { Command } from 'commander'

import type { Handler } from './call.ts'

/** Turns a handler into commander's action. */
export type Act = <O extends object>(handler: Handler<O>) => (...typed: unknown[]) => Promise<void>

export interface CommandModule {
  /** Adds arguments, options and the action to its command. */
  define(command: Command, act: Act): void
}
