// `midwatch probe [AGENT]`: the client build behind each agent: fingerprint, version, capabilities, the flags it is sent
// and those it goes without, and the free self-test. Exit 1 when a self-test fails.

import { notFound } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { isoTime, localTime } from '../../../base/when.ts'
import type {
  Build,
  Builds,
  FlagStanding,
  Probed,
  SelfTest,
} from '../../../drivers/agents/contract.ts'
import type { Call, Ending } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { meanwhile } from '../meanwhile.ts'
import { plainText } from '../text.ts'

interface ProbeOptions {
  again?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .argument('[agent]', 'as midwatch.yaml names it; all when left out')
    .option('--again', 'ask builds that are known already, too')
    .addHelpText(
      'after',
      '\nExit 1 when a self-test fails.\nJSON: {"agents":[{"agent","adapter","path","realPath","version","hash","probedAt","trouble","options","flags":[{"flag","need","sent","why"}],"selfTest":{"passed","evidence"}}]}',
    )
    .action(act(probe))
}

interface Report {
  readonly agent: Probed
  readonly build: Build | null
  readonly flags: readonly FlagStanding[]
  readonly selfTest: SelfTest
}

async function probe(call: Call<ProbeOptions>): Promise<Ending> {
  const { builds, agents } = await call.world.clients(await call.fleet())
  const reports: Report[] = []
  for (const agent of wanted(agents, call.args[0])) {
    const asked = reportOf(builds, agent, call.options.again === true)
    const report = await meanwhile(call, `Asking the client of ${agent.settings.name}`, asked)
    reports.push(report)
    if (!call.json) tell(call, report)
  }
  if (call.json) call.print.json({ agents: reports.map(shapeOf) })
  return reports.every(({ selfTest }) => selfTest.passed) ? 'done' : 'failed'
}

function wanted(agents: readonly Probed[], named: unknown): readonly Probed[] {
  if (typeof named !== 'string') return agents
  const found = agents.filter(({ settings }) => settings.name === named)
  if (found.length > 0) return found
  const names = agents.map(({ settings }) => settings.name)
  throw notFound(
    'probe.no_agent',
    `there is no agent ${named}${didYouMean(named, names)}`,
    `one of ${names.join(', ')}`,
  )
}

async function reportOf(builds: Builds, agent: Probed, again: boolean): Promise<Report> {
  const build = (await builds.look(agent, again))?.build ?? null
  const flags = build === null ? [] : await builds.standing(agent)
  return { agent, build, flags, selfTest: await builds.selfTest(agent) }
}

const shapeOf = ({ agent: { adapter, settings }, build, flags, selfTest }: Report) => ({
  agent: settings.name,
  adapter: adapter.name,
  path: build?.path ?? null,
  realPath: build?.realPath ?? null,
  version: build?.version ?? null,
  hash: build?.hash ?? null,
  probedAt: build === null ? null : isoTime(build.probedAt),
  trouble: build?.trouble ?? null,
  options: build?.options ?? null,
  flags,
  selfTest,
})

function tell({ print }: Call<ProbeOptions>, { agent, build, flags, selfTest }: Report): void {
  const { good, bad, strong } = print.paint
  const state = selfTest.passed ? good('ok  ') : bad('bad ')
  print.line(`${state}  ${strong(agent.settings.name)}  ${plainText(selfTest.evidence)}`)
  if (build === null) return
  const listed = build.options === null ? 'not known' : `${build.options.length} options`
  const through = build.realPath === build.path ? '' : ` → ${build.realPath}`
  print.line(`      path     ${build.path}${through}`)
  print.line(`      version  ${plainText(build.version ?? build.trouble ?? 'not known')}`)
  print.line(`      content  sha256 ${build.hash.slice(0, 16)}, asked ${localTime(build.probedAt)}`)
  print.line(`      help     ${plainText(build.trouble ?? listed)}`)
  print.line(`      sent     ${namesOf(flags.filter((flag) => flag.sent)) || 'no flags'}`)
  for (const { flag, need, why } of flags.filter((one) => one.why !== null))
    print.line(
      `      ${need === 'optional' ? 'without ' : bad('missing ')} ${flag}: ${plainText(why ?? '')}`,
    )
}

const namesOf = (flags: readonly FlagStanding[]): string => flags.map(({ flag }) => flag).join(' ')
