// Everything the command line needs from outside, handed in by main.ts: so that no command names a driver, and each
// command loads only what it uses. All of it is asked lazily.

import type { Wish } from '../../lifecycle/watch/wishes.ts'
import type { LockState, WorkKey } from '../../model/lock.ts'
import type { Calendar } from '../../model/schedule.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Builds, Classifier, Probed } from '../../drivers/agents/contract.ts'
import type { Channel } from '../../drivers/channels/contract.ts'
import type { Health, ParentLink } from '../../drivers/children/contract.ts'
import type { Board, BoardKind } from '../../drivers/boards/contract.ts'
import type { ConfigSource } from '../../drivers/config/contract.ts'
import type { Commands, Holders } from '../../drivers/effects/contract.ts'
import type { Host } from '../../drivers/hosts/contract.ts'
import type { Door } from '../../drivers/http/contract.ts'
import type { ServiceManager } from '../../drivers/service/contract.ts'
import type { Outputs } from '../../drivers/outputs/contract.ts'
import type { Store } from '../../drivers/store/contract.ts'
import type { HostRow } from '../../drivers/store/contract/shapes.ts'
import type { Workspaces } from '../../drivers/workspaces/contract.ts'
import type { TextStream } from '../../drivers/terminal/contract.ts'
import type { FleetConfig } from '../../model/config.ts'
import type { Offer } from '../../model/demand.ts'
import type { Finding } from '../../model/expect.ts'
import type { Fact, StopReason } from '../../model/fact.ts'
import type { Outcome } from '../../model/task.ts'
import type { TaskState } from '../../model/transitions.ts'
import type { LedgerAnswer } from '../session/ledger.ts'
import type { Eyes } from '../../drivers/sensors/contract.ts'
import type { LedgerRequest } from '../session/ledger-request.ts'
import type { Machine } from './doctor/machine.ts'
import type { SimInput, SimReport } from './sim/report.ts'

/** An opened fleet. app.ts makes it. */
export interface Fleet {
  readonly dir: string
  readonly stateDir: string
  readonly config: FleetConfig
  readonly configHash: string
  /** How it was loaded: `instead` says why the file as it stands is not in force. */
  readonly loaded: { readonly instead?: string }
  readonly store: Store
  readonly offers: readonly (Offer & { readonly slots: number })[]
  readonly clock: Clock
  readonly random: Random
  readonly host: Host
  /** Folders of tasks' own on this host. */
  workspaces(): Promise<Workspaces>
  /** What reads patterns of cron. Loaded only where there are schedules. */
  calendar(): Promise<Calendar>
  close(): Promise<void>
}

/** The running dispatcher of this host. app.ts makes it. */
export interface Daemon {
  readonly stopped: Promise<void>
  /** Takes nothing new, leaves sessions running; tells how many are left. The reason is for the record. */
  stop(reason?: StopReason): Promise<{ left: number }>
  /** Resolves when nothing is left that moves by itself, or on abort. */
  untilIdle(signal: AbortSignal): Promise<IdleReport>
  /** The fact after which its work began. */
  readonly sinceFact: number
  /** How its loops are, by its own word. */
  health(): Health
}

/** The sentinel of this host. app.ts makes it. */
export interface Sentinel {
  readonly stopped: Promise<void>
  stop(): Promise<void>
  health(): Health
}

/** The supervisor of both. */
export interface Supervisor {
  readonly stopped: Promise<void>
  stop(): Promise<void>
  /** The exit code of what ended by itself; null when it was asked to end. */
  readonly exitCode: () => number | null
}

export interface IdleReport {
  readonly allDone: boolean
  readonly left: readonly {
    readonly id: number
    readonly title: string
    readonly state: TaskState
    readonly outcome: Outcome | null
    readonly waits: string
  }[]
}

export interface DaemonOptions {
  readonly log: (line: string, fields?: object) => void
  readonly onFact?: (fact: Fact) => void
}

/** What `init` made. */
export interface NewFleet {
  readonly dir: string
  readonly configPath: string
  readonly found: readonly { readonly adapter: string; readonly path: string }[]
}

/** How an emptying of all sessions of this host went. */
export interface AllEmptied {
  readonly emptied: number
  readonly survivors: readonly number[]
}

/** A request that a session sends when it cannot reach the database. */
export type SessionRequest = Wish

/** The daemon's answer to a session's request. */
export type SessionAnswer =
  | {
      readonly ok: true
      readonly settled?: boolean
      readonly lock?: LockState
      readonly work?: WorkKey
      readonly released?: boolean
    }
  | {
      readonly ok: false
      readonly refusal: {
        readonly code: string
        readonly sentence: string
        readonly release: string
      }
    }

/** What effects are made with on this machine. */
export interface EffectHands {
  readonly holders: Holders
  readonly commands: Commands
  readonly channel: (name: string) => Channel | null
  /** Standard input as bytes; null where it is a terminal or nothing. */
  readInput(): Promise<Uint8Array | null>
}

export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly clock: Clock
  /** The login name of whoever runs this. */
  userName(): string
  readonly out: TextStream
  readonly err: TextStream
  /** All of standard input as text. */
  readInput(): Promise<string>
  /** A file as text. Throws system errors. */
  readFile(path: string): Promise<string>
  /** Calls back on SIGINT and SIGTERM until the returned function is called. */
  onStopSignal(callback: (signal: string) => void): () => void
  /** The process that called us. */
  callerPid(): number
  /** Runs a command in this terminal, with more in its environment; `end` asks it to end. */
  runCommand(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<{ readonly ended: Promise<number | null>; end(): void }>
  /** Ends this process at once. */
  exitNow(code: number): never

  /** The fleet's folder: `named`, or MIDWATCH_FLEET, or upward from here. Throws `fleet.not_found`. */
  findFleet(named: string | null): Promise<string>
  makeFleet(dir: string): Promise<NewFleet>
  /** The configuration as the daemon reads it (a missing variable is refused), or as any reader does. */
  configSource(dir: string, missing?: 'refuse' | 'allow'): Promise<ConfigSource>
  /** A configuration file as it is written: references to variables stay unresolved. Throws `config.*`. */
  configFrom(path: string): Promise<FleetConfig>
  /** Plays a configuration in the simulated world. */
  simulate(input: SimInput): Promise<SimReport>
  openFleet(dir: string): Promise<Fleet>
  /** Moves the embedded database to PostgreSQL. Throws `migrate.*`. */
  moveFleet(
    dir: string,
    to: string,
    tell: (line: string) => void,
  ): Promise<{
    readonly to: string
    readonly tables: readonly {
      readonly table: string
      readonly rows: number
      readonly hash: string
    }[]
    readonly wasThere: boolean
  }>
  /** Names this host, for every command from now on. Throws `usage.host_name` and `host.named`. */
  nameHost(dir: string, name: string): Promise<void>
  startDaemon(fleet: Fleet, options: DaemonOptions): Promise<Daemon>
  /** The supervisor that started this process; null where none did. */
  readonly parent: ParentLink | null
  startSentinel(fleet: Fleet, log: (line: string) => void): Promise<Sentinel>
  /** The program and arguments that start `midwatch`. */
  readonly command: readonly string[]
  serviceManager(system: boolean): Promise<ServiceManager>
  /**
   * Copies the embedded database to that file, or into the folder of copies under that name. Throws `backup.exists` where
   * something is there already, unless `over`, and `backup.itself` for the database's own files.
   */
  backup(
    stateDir: string,
    file: string | null,
    name: string,
    over: boolean,
  ): Promise<{ path: string; bytes: number }>
  /** What looks for sensors on this host. */
  eyes(fleet: Fleet): Promise<Eyes>
  /** What a sentinel does at one look, where none lives. */
  checkOnce(
    fleet: Fleet,
    seen: {
      readonly findings: readonly Finding[]
      readonly died: readonly string[]
      readonly well: boolean
    },
  ): Promise<void>
  /** Starts a dispatcher and a sentinel as children that are given these words of the command line. */
  supervise(options: {
    readonly words: readonly string[]
    readonly dir: string
    readonly log: (line: string) => void
  }): Promise<Supervisor>
  emptyAllSessions(fleet: Fleet): Promise<AllEmptied>

  /** Whether the daemon that wrote this row of our host lives now. */
  daemonLives(row: HostRow): Promise<boolean>
  /** Asks a daemon of this host to end (SIGTERM). False when it was already gone. */
  askToEnd(row: HostRow): Promise<boolean>

  outputs(stateDir: string): Promise<Outputs>
  /** Sends a request through the daemon's socket; null when nobody answers there. */
  askDaemon(
    socketPath: string,
    request: SessionRequest & { readonly token: string },
  ): Promise<SessionAnswer | null>
  /** Asks the ledger through the daemon's socket; null when nobody answers there. */
  askLedger(socketPath: string, token: string, request: LedgerRequest): Promise<LedgerAnswer | null>
  /** Leaves a request for the daemon to play later. Throws system errors. */
  leaveInOutbox(folder: string, request: SessionRequest): Promise<void>

  /** The client builds of this host, and the configured agents as far as these are concerned. */
  clients(fleet: Fleet): Promise<{ readonly builds: Builds; readonly agents: readonly Probed[] }>
  /** A foreign board. Throws `board.*` and system errors. */
  readBoard(source: {
    readonly path: string | null
    readonly input: string
    readonly kind: BoardKind | null
    readonly table: string
  }): Promise<Board>
  /** What effects are made with. Loads only what is used. */
  effectHands(fleet: Fleet): Promise<EffectHands>
  /** The same in a session that has no database; `host` is the name of its machine. */
  effectHandsApart(host: string): Promise<EffectHands & { readonly host: Host }>
  /** API and page of a fleet, from outside. */
  door(fleet: Fleet): Promise<Door>
  /** Speaks MCP on standard input and output until the client hangs up; null for the session's own rights. */
  serveMcp(fleet: Fleet, role: 'operator' | 'viewer' | null): Promise<void>
  /** What judges endings of any tool. */
  classifier(): Promise<Classifier>
  /** This machine, as `doctor` looks at it. */
  machine(): Promise<Machine>
}
