// Who starts a session and what bounds it, as the configuration says it. Pure nouns; the launchers are drivers.

/** What a session may use at most; null for no bound. */
export interface SessionSizes {
  readonly memoryBytes: number | null
  /** Processors' worth of time: 1.5 is one and a half. */
  readonly cpus: number | null
  /** Processes and threads at once. */
  readonly tasks: number | null
}

/** Processes of this machine. */
export interface LocalLaunching {
  readonly kind: 'local'
  /** Null for the rights of the user who runs the daemon, all of them. */
  readonly sandbox: Sandboxing | null
}

/** What a bubblewrap sandbox leaves of the machine besides a read-only system and the session's own folder. */
export interface Sandboxing {
  readonly network: boolean
  /** Whole paths that it may write to, and may only read. */
  readonly writable: readonly string[]
  readonly readable: readonly string[]
}

/** Transient units of systemd. */
export interface SystemdLaunching extends SessionSizes {
  readonly kind: 'systemd'
  /** `auto` is the system's manager for root, the user's own for anybody else. */
  readonly manager: 'auto' | 'system' | 'user'
  /** A read-only system, a /tmp of its own, no new privileges. */
  readonly protect: boolean
  readonly network: boolean
  readonly writable: readonly string[]
}

/** A folder or file of the host that a container sees. */
export interface Mount {
  readonly from: string
  readonly to: string
  readonly write: boolean
}

/** Containers of podman or docker. */
export interface ContainerLaunching extends SessionSizes {
  readonly kind: 'container'
  readonly engine: 'podman' | 'docker'
  readonly image: string
  readonly pull: 'never' | 'missing' | 'always'
  /** `none`, `host`, `bridge`, or the name of one of the engine's own. */
  readonly network: string
  /** `UID[:GID]` or a name of the image; null for the user who runs the daemon. */
  readonly user: string | null
  readonly readOnly: boolean
  readonly mounts: readonly Mount[]
}

export type Launching = LocalLaunching | SystemdLaunching | ContainerLaunching
export type LauncherKind = Launching['kind']

/** Set in sessions that see another system than this host's. */
export const insideVariable = 'MIDWATCH_INSIDE'

export const plainLaunching: LocalLaunching = { kind: 'local', sandbox: null }

/** What is told of a launcher to people: `systemd (4G, 2 cpus)`. */
export function describeLaunching(launching: Launching): string {
  if (launching.kind === 'local') return launching.sandbox === null ? 'local' : 'local, sandboxed'
  const { memoryBytes, cpus, tasks } = launching
  const sizes = [
    memoryBytes === null ? null : sizeText(memoryBytes),
    cpus === null ? null : `${cpus} cpus`,
    tasks === null ? null : `${tasks} tasks`,
  ].filter((one) => one !== null)
  const what =
    launching.kind === 'container' ? `${launching.engine} ${launching.image}` : launching.kind
  return sizes.length === 0 ? what : `${what} (${sizes.join(', ')})`
}

const units = ['', 'K', 'M', 'G', 'T'] as const

/** `4G`, `512M`, `1000`; null when it is no size. Powers of 1024, as systemd and the engines have them. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,12})([KMGT]?)$/.exec(text)
  if (match === null) return null
  const power = units.indexOf((match[2] ?? '') as (typeof units)[number])
  return Number(match[1]) * 1_024 ** power
}

/** The shortest text of a number of bytes that loses nothing. */
export function sizeText(bytes: number): string {
  let [left, power] = [bytes, 0]
  while (power < units.length - 1 && left > 0 && left % 1_024 === 0) {
    left /= 1_024
    power++
  }
  return `${left}${units[power] ?? ''}`
}
