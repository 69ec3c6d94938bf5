// Talks to podman or docker through its command line, which both understand alike. What it says comes back as data.

import { type AskTool, type Said, troubleOf } from '../tool.ts'

export type EngineName = 'podman' | 'docker'

/** What an engine tells of a container. */
export interface ContainerState {
  readonly running: boolean
  /** It ran and has ended; one that was only made has not. */
  readonly over: boolean
  /** Of its first process, as this machine numbers it; null when it is over. */
  readonly pid: number | null
  readonly exitCode: number
  readonly oomKilled: boolean
  /** How long it ran, in ms; null while it runs. */
  readonly ranMs: number | null
  readonly error: string
  readonly memory: number
  readonly nanoCpus: number
  readonly pidsLimit: number
  readonly readOnly: boolean
  readonly network: string
  readonly labels: Readonly<Record<string, string>>
}

const pullTimeoutMs = 15 * 60_000
const runTimeoutMs = 60_000

export class Engine {
  readonly name: EngineName
  readonly #ask: AskTool

  constructor(name: EngineName, ask: AskTool) {
    this.name = name
    this.#ask = ask
  }

  /** Starts a container that nobody waits for. */
  run(args: readonly string[]): Promise<Said> {
    return this.#ask(this.name, ['run', '--detach', ...args], runTimeoutMs)
  }

  /** Whether an image is here; a sentence where that cannot be told. */
  async hasImage(image: string): Promise<boolean | string> {
    const said = await this.#ask(this.name, ['image', 'inspect', '--format', '{{.Id}}', image])
    if (said.is === 'said' && said.code === 0) return true
    const trouble = troubleOf(this.name, said) ?? ''
    if (/no such image|image not known|no such object|failed to find image/i.test(trouble))
      return false
    return trouble
  }

  pull(image: string): Promise<Said> {
    return this.#ask(this.name, ['pull', '--quiet', image], pullTimeoutMs)
  }

  /** The container's state; null when there is none of that name; a sentence where that cannot be told. */
  async inspect(container: string): Promise<ContainerState | null | string> {
    const said = await this.#ask(this.name, ['container', 'inspect', container])
    if (said.is === 'said' && said.code === 0) return readState(said.out)
    const trouble = troubleOf(this.name, said) ?? ''
    return /no such (container|object)|no container with name/i.test(trouble) ? null : trouble
  }

  async kill(container: string, signal: string): Promise<void> {
    await this.#ask(this.name, ['kill', '--signal', signal, container])
  }

  /** Sends a signal to every process of the container but its first, by its own shell. */
  async signalInside(container: string, signal: string): Promise<void> {
    await this.#ask(this.name, ['exec', container, '/bin/sh', '-c', `kill -${signal} -1`])
  }

  async remove(container: string): Promise<void> {
    await this.#ask(this.name, ['rm', '--force', container])
  }

  /** Containers that carry a label and are over. */
  async ended(label: string): Promise<readonly string[]> {
    const filters = [
      '--filter',
      `label=${label}`,
      '--filter',
      'status=exited',
      '--filter',
      'status=created',
    ]
    const said = await this.#ask(this.name, ['ps', '--all', ...filters, '--format', '{{.Names}}'])
    return said.is === 'said' && said.code === 0 ? said.out.split('\n').filter(Boolean) : []
  }

  /** Why it cannot be asked at all; null when it answers. */
  async whyNot(): Promise<string | null> {
    return troubleOf(
      this.name,
      await this.#ask(this.name, ['version', '--format', '{{.Client.Version}}']),
    )
  }
}

interface Inspected {
  readonly State?: {
    readonly Running?: boolean
    readonly Status?: string
    readonly Pid?: number
    readonly ExitCode?: number
    readonly OOMKilled?: boolean
    readonly Error?: string
    readonly StartedAt?: string
    readonly FinishedAt?: string
  }
  readonly HostConfig?: {
    readonly Memory?: number
    readonly NanoCpus?: number
    readonly CpuQuota?: number
    readonly CpuPeriod?: number
    readonly PidsLimit?: number | null
    readonly ReadonlyRootfs?: boolean
    readonly NetworkMode?: string
  }
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null }
}

function readState(json: string): ContainerState | string {
  let first: Inspected | undefined
  try {
    first = (JSON.parse(json) as readonly Inspected[])[0]
  } catch {
    return 'its answer could not be read'
  }
  const { State: state = {}, HostConfig: host = {}, Config: config = {} } = first ?? {}
  const running = state.Running === true
  const quota = host.CpuQuota ?? 0
  return {
    running,
    over: /^(exited|stopped|dead)$/.test(state.Status ?? ''),
    pid: running && state.Pid ? state.Pid : null,
    exitCode: state.ExitCode ?? 0,
    oomKilled: state.OOMKilled === true,
    ranMs: running ? null : spanMs(state.StartedAt, state.FinishedAt),
    error: state.Error ?? '',
    memory: host.Memory ?? 0,
    nanoCpus: host.NanoCpus || (quota > 0 ? (quota / (host.CpuPeriod || 100_000)) * 1e9 : 0),
    pidsLimit: host.PidsLimit ?? 0,
    readOnly: host.ReadonlyRootfs === true,
    network: host.NetworkMode ?? '',
    labels: config.Labels ?? {},
  }
}

/** Between two dates as the engine writes them; null where one is missing. */
function spanMs(from = '', to = ''): number | null {
  const span = Date.parse(plainDate(to)) - Date.parse(plainDate(from))
  return Number.isFinite(span) && span >= 0 ? span : null
}

/** podman writes `2026-11-20 17:27:20.123456789 +0000 UTC` or RFC 3339, by its version. */
const plainDate = (text: string): string =>
  text.replace(/^(\S+) (\S+) ([+-]\d\d)(\d\d) .*$/, '$1T$2$3:$4').replace(/(\.\d{3})\d+/, '$1')
