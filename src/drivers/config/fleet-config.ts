// From the shape of the file to the configuration the house uses: defaults filled in, durations in milliseconds, and
// the laws that relate two settings checked. Pure. Environment references are still references here.

import { present } from '../../base/assert.ts'
import { parseDuration } from '../../base/duration.ts'
import { didYouMean } from '../../base/nearest.ts'
import {
  type AgentConfig,
  defaultHttp,
  type FleetConfig,
  type HttpConfig,
  readListen,
} from '../../model/config.ts'
import { noEffects, nobodyTold } from '../../model/channels.ts'
import { contradictions, defaultLimits, type Limits } from '../../model/limits.ts'
import type { AccountConfig } from '../../model/account.ts'
import type { AccountShape, AgentShape, FileShape } from './schema.ts'
import { effectDisagreements, toEffects, toTell } from './sections/effects.ts'
import { toBudget } from './sections/budget.ts'
import { toSensors } from './sections/sensors.ts'
import { scheduleDisagreements, toSchedules } from './sections/schedules.ts'
import { toLaunching } from './sections/launcher.ts'
import { reportDisagreements, toReport } from './sections/report.ts'
import { toKeep } from './sections/keep.ts'
import { toDeadman, toExpect } from './sections/expect.ts'
import { sentinelContradiction, toSentinel } from './sections/sentinel.ts'
import { toCaps, toWindow } from './sections/windows.ts'

/** A law that two settings break together, with the path of the setting to look at. */
export interface Disagreement {
  readonly path: readonly string[]
  readonly sentence: string
}

const defaultTiers = ['frontier', 'standard', 'light']
const defaultBackoffMs = [30_000, 60_000, 120_000, 300_000, 600_000]

/** `folderName` names the fleet when the file does not. */
export function toFleetConfig(file: FileShape, folderName: string): FleetConfig {
  const tiers = file.tiers ?? defaultTiers
  return {
    name: file.name ?? plainName(folderName),
    store: file.store ?? 'sqlite',
    slots: file.slots ?? 4,
    hostLabels: file.hostLabels ?? [],
    tiers,
    attempts: file.attempts ?? 5,
    backoffMs: file.backoff?.map(ms) ?? defaultBackoffMs,
    unchargedMax: file.unchargedPerDay ?? 20,
    notifyCommand: file.notify?.command ?? null,
    effects: toEffects(file.effects),
    tell: toTell(file.notify),
    budget: toBudget(file.budget),
    sensors: toSensors(file.sensors),
    schedules: toSchedules(file.schedules),
    report: toReport(file.report),
    keep: toKeep(file.keep ?? {}),
    expect: toExpect(file.expect ?? {}),
    deadman: toDeadman(file.deadman),
    sentinel: toSentinel(file.sentinel ?? {}),
    limits: toLimits(file.limits ?? {}),
    http: toHttp(file.http ?? {}),
    ...(file.windows && {
      windows: Object.entries(file.windows).map(([name, window]) => toWindow(name, window)),
    }),
    ...(file.caps && { caps: toCaps(file.caps) }),
    ...(file.launcher && { launcher: toLaunching(file.launcher) }),
    agents: Object.entries(file.agents).map(([name, agent]) => toAgent(name, agent, tiers)),
    accounts: Object.entries(file.accounts ?? {}).map(([name, account]) =>
      toAccount(name, account),
    ),
  }
}

/** Every law the configuration breaks; empty when it is sound. */
export function disagreements(config: FleetConfig): Disagreement[] {
  const found: Disagreement[] = contradictions(config.limits).map((sentence) => ({
    path: ['limits'],
    sentence,
  }))
  found.push(...(config.accounts ?? []).flatMap(badPaths))
  found.push(...effectDisagreements(config.effects ?? noEffects, config.tell ?? nobodyTold))
  found.push(...scheduleDisagreements(config))
  found.push(...reportDisagreements(config))
  const impatient = config.sentinel && sentinelContradiction(config.sentinel, config.limits)
  if (impatient) found.push({ path: ['sentinel', 'patience'], sentence: impatient })
  if (config.agents.length === 0)
    found.push({ path: ['agents'], sentence: 'must name at least one agent' })
  if (new Set(config.tiers).size < config.tiers.length)
    found.push({ path: ['tiers'], sentence: 'names a tier twice' })
  for (const agent of config.agents) {
    if (!config.tiers.includes(agent.tier)) {
      const near = didYouMean(agent.tier, config.tiers)
      const sentence = `tier ${agent.tier} is not one of ${config.tiers.join(', ')}${near}`
      found.push({ path: ['agents', agent.name, 'tier'], sentence })
    }
    found.push(...accountDisagreements(agent, config))
    if (agent.timeoutMs !== null && agent.timeoutMs <= config.limits.confirmMs) {
      const sentence = `timeout (${agent.timeoutMs} ms) must be longer than limits.confirm (${config.limits.confirmMs} ms)`
      found.push({ path: ['agents', agent.name, 'timeout'], sentence })
    }
  }
  return found
}

/** Several accounts are told apart by what is said of them; a single one may be no more than a name. */
function accountDisagreements(agent: AgentConfig, { accounts = [] }: FleetConfig): Disagreement[] {
  const path = ['agents', agent.name, 'accounts']
  const known = accounts.map(({ name }) => name)
  const named = agent.accounts ?? []
  const found = named
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path,
      sentence: `account ${name} stands not in accounts:${didYouMean(name, known)}`,
    }))
  if (new Set(named).size < named.length) found.push({ path, sentence: 'names an account twice' })
  if (agent.accounts !== undefined && agent.account)
    found.push({ path, sentence: 'either `account` or `accounts`, not both' })
  if (named.length > 0 && agent.adapter === 'command')
    found.push({
      path,
      sentence: 'the adapter command drives no client that would have an account',
    })
  if ((agent.fallbackModels?.length ?? 0) > 0 && agent.model === null)
    found.push({
      path: ['agents', agent.name, 'fallbackModels'],
      sentence: 'needs a `model` to fall back from',
    })
  return found
}

/** A daemon has no folder of its own that a path could begin from, and no shell reads `~`. */
const badPaths = ({ name, home, envFiles }: AccountConfig): Disagreement[] =>
  [
    ...(home === null ? [] : [['home', home] as const]),
    ...Object.entries(envFiles).map(([key, path]) => [`envFiles.${key}`, path] as const),
  ]
    .filter(([, path]) => !/^(\/|\$\{)/.test(path))
    .map(([key]) => ({
      path: ['accounts', name, key],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a person writes
      sentence: 'must be a whole path, such as /home/me/team or one that begins with ${HOME}',
    }))

const toAccount = (name: string, account: AccountShape): AccountConfig => ({
  name,
  provider: account.provider ?? null,
  home: account.home ?? null,
  env: account.env ?? {},
  envFiles: account.envFiles ?? {},
  test: account.test ?? null,
})

function toAgent(name: string, agent: AgentShape, tiers: readonly string[]): AgentConfig {
  return {
    name,
    adapter: agent.adapter,
    model: agent.model ?? null,
    tier: agent.tier ?? present(tiers.at(-1), 'there is at least one tier'),
    roles: agent.roles ?? [],
    onlyLabels: agent.onlyLabels ?? [],
    onlyHosts: agent.onlyHosts ?? [],
    slots: agent.slots ?? 1,
    permissions: agent.permissions ?? 'edit',
    program: agent.program ?? null,
    args: agent.args ?? null,
    env: agent.env ?? {},
    timeoutMs: agent.timeout === undefined ? null : ms(agent.timeout),
    silenceMs: agent.silence === undefined ? null : ms(agent.silence),
    provider: agent.provider ?? null,
    account: agent.account ?? null,
    workspace: agent.workspace ?? 'dir',
    ...(agent.accounts && { accounts: agent.accounts }),
    ...(agent.fallbackModels && { fallbackModels: agent.fallbackModels }),
    ...(agent.startsInRow !== undefined && { startsInRow: agent.startsInRow }),
    ...(agent.cooldown !== undefined && { cooldownMs: ms(agent.cooldown) }),
    ...(agent.launcher && { launcher: toLaunching(agent.launcher) }),
  }
}

function toLimits(limits: NonNullable<FileShape['limits']>): Limits {
  const or = (text: string | undefined, fallback: number) =>
    text === undefined ? fallback : ms(text)
  const attemptMs = or(limits.attempt, defaultLimits.attemptMs)
  return {
    attemptMs,
    stopGraceMs: or(limits.stopGrace, defaultLimits.stopGraceMs),
    confirmMs: or(limits.confirm, defaultLimits.confirmMs),
    leaseMs: or(limits.lease, defaultLimits.leaseMs),
    leaseGraceMs: or(limits.leaseGrace, defaultLimits.leaseGraceMs),
    checkMs: or(limits.check, defaultLimits.checkMs),
    silenceMs: or(limits.silence, Math.min(defaultLimits.silenceMs, attemptMs / 2)),
    firstWordMs: or(limits.firstWord, Math.min(defaultLimits.firstWordMs, attemptMs / 2)),
    lingerMs: or(limits.linger, defaultLimits.lingerMs),
    pollMs: or(limits.poll, defaultLimits.pollMs),
  }
}

function toHttp({ listen, hosts = [] }: NonNullable<FileShape['http']>): HttpConfig {
  if (listen === undefined) return { ...defaultHttp, hosts }
  return { listen: readListen(listen), chosen: true, hosts }
}

/** The schema has let only durations through. */
const ms = (text: string): number => present(parseDuration(text), `${text} is a duration`)

/** A folder's name, as far as it can name a fleet. */
export function plainName(folderName: string): string {
  const plain = folderName.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  return plain.slice(0, 63) || 'fleet'
}
