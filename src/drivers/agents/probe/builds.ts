// The contract probe: what the client builds of this host are and can. A build is asked once and again when its file
// changes under us; a cheap look at the file comes before every answer. What a build refused at run time stays refused
// until it changes.

import type { Clock } from '../../../base/clock.ts'
import type {
  Build,
  Builds,
  FlagStanding,
  LackedFlag,
  Probed,
  SeenBuild,
  SelfTest,
  WorkOrder,
} from '../contract.ts'
import { nameOf } from '../flags.ts'
import { askBuild } from './ask.ts'
import type { RunShell } from './ask.ts'
import { keepBuild, keepTold, readKept } from './cache.ts'
import type { KeptBuild, KnownBuild } from './cache.ts'
import { findBuild, hashOfFile } from './fingerprint.ts'
import type { Found } from './fingerprint.ts'

export interface BuildsOptions {
  /** Where what was learned is kept. */
  readonly file: string
  /** A folder in which to ask. */
  readonly cwd: string
  readonly clock: Clock
  readonly asRoot: boolean
  /** What sessions inherit. */
  readonly baseEnv: Readonly<Record<string, string>>
  readonly resolveProgram: (
    program: string,
    cwd: string,
    pathVariable: string,
  ) => Promise<string | null>
  readonly runShell: RunShell
}

export function createBuilds(options: BuildsOptions): Builds {
  const { file, clock, asRoot } = options
  const asking = new Map<string, Promise<KeptBuild>>()

  async function look(agent: Probed, anew = false): Promise<SeenBuild | null> {
    if (agent.adapter.asks === null) return null
    const path = await pathOf(options, agent)
    const found = path === null ? null : await findBuild(path)
    if (found === null) return null
    const key = keyOf(agent, found)
    const kept = readKept(file).builds[key] ?? null
    const isKnown = kept !== null && kept.stamp === found.stamp && !anew
    const build = isKnown ? kept : await askOnce(agent, key, found, kept)
    const before = readKept(file).told[key] ?? null
    return { build, was: before === null || isSame(before, build) ? null : before }
  }

  /** Sessions that start together ask a new build once. */
  async function askOnce(agent: Probed, key: string, found: Found, kept: KeptBuild | null) {
    const question = `${key} ${found.stamp}`
    const asked = asking.get(question) ?? probe(options, agent, key, found, kept)
    asking.set(question, asked)
    try {
      return await asked
    } finally {
      asking.delete(question)
    }
  }

  return {
    look,
    told: async (agent, build) => keepTold(file, keyOf(agent, build), build),
    lacks: async (agent) => lackedBy((await look(agent))?.build ?? null, agent, asRoot),
    async drop(agent, flags, why) {
      if ((await look(agent)) === null) return
      const path = await pathOf(options, agent)
      const key = path === null ? '' : keyOf(agent, { path })
      const build = readKept(file).builds[key]
      if (build === undefined) return
      const refused = { ...build.refused }
      for (const flag of flags) refused[flag] ??= { why, at: clock.now() }
      keepBuild(file, key, { ...build, refused })
    },
    standing: async (agent) => standingOf(agent, (await look(agent))?.build ?? null, asRoot),
    selfTest: async (agent) => selfTest(agent, (await look(agent))?.build ?? null, asRoot),
  }
}

const keyOf = ({ adapter }: Probed, { path }: { readonly path: string }): string =>
  `${adapter.name} ${path}`

const isSame = (one: KnownBuild, other: KnownBuild): boolean =>
  one.hash === other.hash && one.version === other.version

/** As the session would find it: the same name, folder for relative ones aside, and the same PATH. */
async function pathOf(options: BuildsOptions, { adapter, settings }: Probed) {
  const program = settings.program ?? adapter.program
  if (program === null) return null
  const pathVariable =
    settings.env['PATH'] ?? options.baseEnv['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'
  return await options.resolveProgram(program, options.cwd, pathVariable)
}

async function probe(
  options: BuildsOptions,
  { adapter, settings }: Probed,
  key: string,
  found: Found,
  kept: KeptBuild | null,
): Promise<KeptBuild> {
  const hash = await hashOfFile(found.realPath)
  const env = { ...options.baseEnv, ...settings.env }
  const questions = adapter.asks ?? { version: [], help: [], env: {} }
  const answers = await askBuild(options.runShell, found.path, questions, options.cwd, env)
  const known = { version: answers.version, hash }
  const build: KeptBuild = {
    ...found,
    ...answers,
    hash,
    probedAt: options.clock.now(),
    // Touched, but the same: what it refused it will refuse again.
    refused: kept !== null && isSame(kept, known) ? kept.refused : {},
  }
  keepBuild(options.file, key, build)
  // The first build ever seen here is no change.
  if (readKept(options.file).told[key] === undefined) keepTold(options.file, key, kept ?? known)
  return build
}

/** The flags of any call of this agent; an order of no task in particular shows them all. */
function flagsOf({ adapter, settings }: Probed, asRoot: boolean) {
  const work: WorkOrder = {
    taskId: 0,
    attemptId: 0,
    title: 'title',
    order: { run: null, prompt: '', cwd: '/', timeoutMs: null, verify: null, once: false },
    history: [],
    attemptDir: '/attempt',
    asRoot,
    limitMs: 3_600_000,
  }
  return adapter.flags(settings, work)
}

/** Optional flags to leave out: refused before, or not in the help. A build whose help is unknown gets none of them. */
function lackedBy(
  build: Build | null,
  agent: Probed,
  asRoot: boolean,
): ReadonlyMap<string, LackedFlag> {
  const lacked = new Map<string, LackedFlag>()
  if (build === null) return lacked
  const { options, refused, trouble, probedAt } = build
  for (const row of flagsOf(agent, asRoot).filter((one) => one.need === 'optional')) {
    const name = nameOf(row)
    const known = refused[name]
    if (known !== undefined) lacked.set(name, known)
    else if (row.hidden === true) continue
    else if (options === null)
      lacked.set(name, { why: `what it can is not known (${trouble})`, at: probedAt })
    else if (!options.includes(optionOf(row.flag)))
      lacked.set(name, { why: 'its --help does not list it', at: probedAt })
  }
  return lacked
}

/** Required flags that a readable help does not list. */
function missingFrom(build: Build, agent: Probed, asRoot: boolean): readonly string[] {
  const { options } = build
  if (options === null) return []
  return flagsOf(agent, asRoot)
    .filter((row) => row.need === 'required' && row.hidden !== true)
    .filter((row) => !options.includes(optionOf(row.flag)))
    .map(nameOf)
}

function standingOf(agent: Probed, build: Build | null, asRoot: boolean): readonly FlagStanding[] {
  const lacked = lackedBy(build, agent, asRoot)
  const missing = build === null ? [] : missingFrom(build, agent, asRoot)
  return flagsOf(agent, asRoot).map((row) => {
    const flag = nameOf(row)
    const why = missing.includes(flag) ? 'its --help does not list it' : null
    return { flag, need: row.need, sent: !lacked.has(flag), why: lacked.get(flag)?.why ?? why }
  })
}

const optionOf = (flag: string): string => flag.replace(/=$/, '')

function selfTest(agent: Probed, build: Build | null, asRoot: boolean): SelfTest {
  const { adapter, settings } = agent
  if (adapter.asks === null)
    return { passed: true, evidence: 'A plain program: nothing is known of it to be tested.' }
  if (build === null)
    return {
      passed: false,
      evidence: `The program ${settings.program ?? adapter.program} is not found.`,
    }
  if (build.version === null)
    return {
      passed: false,
      evidence: `${build.path} does not tell its version (${build.trouble}).`,
    }
  const missing = missingFrom(build, agent, asRoot)
  return missing.length > 0
    ? { passed: false, evidence: `${build.version} does not know ${missing.join(', ')}.` }
    : { passed: true, evidence: `${build.version} answers and knows every flag it must.` }
}
