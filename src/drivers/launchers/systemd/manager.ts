// Talks to one systemd manager, the system's or the user's, through systemd-run, systemctl and journalctl. What they say
// comes back as data. Nothing is believed that was not read back.

import { type AskTool, type Said, troubleOf } from '../tool.ts'
import { readShown, readUnit, stateNames, type Unit } from './unit.ts'

export type Scope = 'system' | 'user'

/** What a look at a unit gave: `null` as unit when it is not loaded; `trouble` when nobody could say. */
export interface Looked {
  readonly shown: ReadonlyMap<string, string>
  readonly unit: Unit | null
  readonly trouble: string | null
}

const journalLines = 30
const journalChars = 4_000

export class Manager {
  readonly scope: Scope
  readonly #ask: AskTool

  constructor(scope: Scope, ask: AskTool) {
    this.scope = scope
    this.#ask = ask
  }

  /** Starts a transient service. Exit 0 says that its binary was executed (Type=exec), and no more. */
  run(
    unit: string,
    slice: string,
    properties: readonly string[],
    command: readonly string[],
  ): Promise<Said> {
    const args = [`--${this.scope}`, '--quiet', `--unit=${unit}`, `--slice=${slice}`]
    return this.#ask('systemd-run', [...args, ...properties, '--', ...command.map(literal)], 60_000)
  }

  async look(unit: string, names: readonly string[] = []): Promise<Looked> {
    const wanted = [...new Set([...stateNames, ...names])]
    const args = [`--${this.scope}`, 'show', unit, `--property=${wanted.join(',')}`]
    const said = await this.#ask('systemctl', args)
    const trouble = troubleOf('systemctl', said)
    const shown = trouble === null && said.is === 'said' ? readShown(said.out) : new Map()
    return { shown, unit: readUnit(shown), trouble }
  }

  /** Sends a signal to every process of the unit. */
  async kill(unit: string, signal: string): Promise<void> {
    await this.#ask('systemctl', [
      `--${this.scope}`,
      'kill',
      '--kill-whom=all',
      `--signal=${signal}`,
      unit,
    ])
  }

  /** Ends what is left of a unit and lets systemd forget it. Its result is gone then. */
  async collect(unit: string): Promise<void> {
    await this.#ask('systemctl', [`--${this.scope}`, 'stop', unit], 120_000)
    await this.#ask('systemctl', [`--${this.scope}`, 'reset-failed', unit])
  }

  /** Names of the loaded units of a pattern. */
  async units(pattern: string): Promise<readonly string[]> {
    const args = [`--${this.scope}`, 'list-units', '--all', '--plain', '--no-legend', pattern]
    const said = await this.#ask('systemctl', args)
    if (said.is !== 'said' || said.code !== 0) return []
    return said.out.split('\n').flatMap((line) => line.trim().split(/\s+/, 1).filter(Boolean))
  }

  /** The last lines that the journal has of a unit; empty when there is none or it is not ours to read. */
  async journal(unit: string): Promise<string> {
    const its = this.scope === 'user' ? `--user-unit=${unit}` : `--unit=${unit}`
    const args = [its, `--lines=${journalLines}`, '--output=cat', '--no-pager', '--quiet']
    const said = await this.#ask('journalctl', args)
    return said.is === 'said' && said.code === 0 ? said.out.trim().slice(-journalChars) : ''
  }

  /** Why this manager cannot be asked at all; null when it answers. */
  async whyNot(): Promise<string | null> {
    const said = await this.#ask('systemctl', [`--${this.scope}`, 'is-system-running'])
    if (
      said.is === 'said' &&
      /^(running|degraded|starting|initializing|maintenance)/.test(said.out)
    )
      return null
    return troubleOf('systemctl', said) ?? 'systemd does not run here'
  }
}

/** systemd puts variables in place of `$NAME` and `${NAME}` in every argument; `$$` is a dollar. */
const literal = (word: string): string => word.replaceAll('$', '$$$$')
