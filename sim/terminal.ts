// The command line of the simulated fleet: the real commands over the fleet's store, typed by a person at a terminal. What they
// print is what the checkers compare the API with.

// A command that is loaded when it is first typed would come in real time; these are there from the start.
import '../src/surface/cli/commands/cancel.ts'
import '../src/surface/cli/commands/done.ts'
import '../src/surface/cli/commands/edit.ts'
import '../src/surface/cli/commands/fail.ts'
import '../src/surface/cli/commands/hold.ts'
import '../src/surface/cli/commands/release.ts'
import '../src/surface/cli/commands/show.ts'

import { claudeAdapter } from '../src/drivers/agents/claude.ts'
import { commandAdapter } from '../src/drivers/agents/command.ts'
import type { TextStream } from '../src/drivers/terminal/contract.ts'
import { offersOf } from '../src/fleet.ts'
import { runCli } from '../src/surface/cli/run.ts'
import type { Fleet, World as TerminalWorld } from '../src/surface/cli/world.ts'
import { by, type PeopleDeps } from './deeds/contract.ts'
import { simulatedHost } from './host.ts'
import type { Machine } from './machine.ts'
import { dateIn } from './server.ts'

export interface Printed {
  readonly exit: number
  readonly json: {
    readonly error?: { readonly code: string; readonly sentence: string; readonly remedy: string }
    readonly released?: readonly number[]
  }
}

/** Types `midwatch WORDS --json`; answers what it printed and how it ended. */
export async function type(
  deps: PeopleDeps,
  machine: Machine,
  words: readonly string[],
): Promise<Printed> {
  const printed: string[] = []
  const out: TextStream = {
    ...{ isTerminal: false, columns: 100, colour: false },
    write: (text) => void printed.push(String(text)),
  }
  const exit = await runCli([...words, '--json'], terminalAt(deps, machine, out))
  return { exit, json: JSON.parse(printed.join('')) as Printed['json'] }
}

/** As much of a terminal as these commands ask for. */
function terminalAt(deps: PeopleDeps, machine: Machine, out: TextStream): TerminalWorld {
  const silent: TextStream = { ...out, write: () => {} }
  const needed: Partial<TerminalWorld> = {
    ...{ env: {}, cwd: '/work', userName: () => by, out, err: silent },
    findFleet: async () => '/fleet',
    openFleet: async () => fleetAt(deps, machine),
  }
  return needed as TerminalWorld
}

function fleetAt({ world, config }: PeopleDeps, machine: Machine): Fleet {
  const loaded = config.read()
  const { config: current, hash } = loaded
  const absent = () => Promise.reject(new TypeError('no command here asks for it'))
  return {
    ...{ dir: '/fleet', stateDir: '/fleet/.midwatch', config: current, configHash: hash, loaded },
    store: { ...world.store, poke: (host) => world.poke(host) },
    offers: offersOf([commandAdapter, claudeAdapter], current),
    clock: {
      now: () => dateIn(world),
      monotonicMs: () => world.time.nowMs,
      sleep: async () => {},
    },
    random: world.chance.split('terminal'),
    host: simulatedHost(world, machine, 0),
    workspaces: absent,
    calendar: absent,
    close: async () => {},
  }
}
