// `midwatch effect`: things done to the outside world, each once. Each command has a page of its own beside this one.

import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { defineHold } from './effect-hold.ts'
import { defineLook } from './effect-look.ts'
import { defineResolve } from './effect-resolve.ts'
import { defineSend } from './effect-send.ts'
import { defineRun } from './effect-run.ts'

export function define(command: Command, act: Act): void {
  defineRun(command, act)
  defineSend(command, act)
  defineHold(command, act)
  defineLook(command, act)
  defineResolve(command, act)
}
