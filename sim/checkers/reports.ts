// Law: a report goes once. For each due time one arrives, or one by each channel that was named; none before its time, none when
// it is of no use any more; and one that was missed is made good once a host was well for long enough meanwhile.

import type { ReportConfig } from '../../src/model/report.ts'
import { partOf } from '../part.ts'
import { type ArrivedReport, reportDues, reportsIn } from '../reporting.ts'
import { clocksAgree, dateIn } from '../server.ts'
import { type Standing, wellSince } from '../standing.ts'
import type { World } from '../world.ts'
import type { Bench, Checker } from './contract.ts'

interface Seen {
  readonly hosts: Standing
  date: number
  atMs: number
  /** For how many looks somebody could have sent what was due then and had not arrived. */
  readonly waited: Map<number, number>
}

const seenIn = partOf<World, Seen>(({ time }) => ({
  hosts: new Map(),
  date: 0,
  atMs: time.nowMs,
  waited: new Map(),
}))

/** As the manual says: what was missed is made good for so long. */
const goodMs = 6 * 3_600_000
/** A clock may step, and a letter take its time, between the look that finds it due and its arrival. */
const slackMs = 2.5 * 3_600_000
/** One letter in five goes astray; so many looks in a row nobody is so unlucky. */
const patience = 9

export const reports: Checker = {
  law: 'a report goes once',
  invariants: [47],
  look(bench) {
    const { report } = bench.config.lastGood
    if (report == null) return
    if (isSomebodyWell(bench.world)) judgeWaiting(bench, report)
    const seen = seenIn(bench.world)
    seen.date = dateOf(bench.world)
    seen.atMs = bench.world.time.nowMs
  },
  end({ world, config, accuse }) {
    const { report } = config.lastGood
    const arrived = reportsIn(world)
    const doubled = new Map<string, number>()
    for (const one of arrived) {
      judgeTime(report ?? null, one, accuse)
      const which = `${new Date(one.due).toISOString()}${isNamed(report) ? ` by ${one.channel}` : ''}`
      doubled.set(which, (doubled.get(which) ?? 0) + 1)
    }
    for (const [which, times] of doubled)
      if (times > 1) accuse(`the report of ${which} arrived ${times} times`)
  },
}

const isNamed = (report: ReportConfig | null | undefined): boolean => (report?.to.length ?? 0) > 0

function judgeTime(
  report: ReportConfig | null,
  { due, date, channel, host, hasSlept }: ArrivedReport,
  accuse: Bench['accuse'],
): void {
  const told = `the report of ${new Date(due).toISOString()} came by ${channel} from ${host}`
  if (report !== null && reportDues(report, due, due).length === 0)
    accuse(`${told}, and none was due then`)
  if (date < due - slackMs || (date > due + goodMs + slackMs && !hasSlept))
    accuse(`${told} at ${new Date(date).toISOString()}`)
}

/** The date by which the fleet's reports fall due. */
const dateOf = (world: World): number =>
  world.machines.length > 1 ? dateIn(world) : (world.machines[0]?.timeline.now() ?? 0)

/** Whether a host had nothing to keep it from sending since the last look. */
function isSomebodyWell(world: World): boolean {
  const { hosts } = seenIn(world)
  const well = wellSince(world, hosts)
  const cut = world.machines.filter(({ ails }) => ails.networkDown || world.services.deafPeople)
  for (const machine of cut) hosts.delete(machine)
  return well.some((machine) => !cut.includes(machine))
}

/** Counts looks for what is due, and accuses where it does not come. */
function judgeWaiting({ world, accuse, config }: Bench, report: ReportConfig): void {
  const seen = seenIn(world)
  const { time } = world
  const now = dateOf(world)
  const passedMs = time.nowMs - seen.atMs
  const isSteady = clocksAgree(world) && Math.abs(now - seen.date - passedMs) < 60_000
  const [due] = reportDues(report, seen.date - goodMs + passedMs, seen.date).slice(-1)
  // Who looks as seldom as that is not judged.
  if (!isSteady || due === undefined || config.lastGood.limits.pollMs > passedMs) return
  world.truth.count('report looked for')
  const came = reportsIn(world).filter((one) => one.due === due)
  const missing = report.to.filter((name) => !came.some(({ channel }) => channel === name))
  if (isNamed(report) ? missing.length === 0 : came.length > 0) return
  const looks = (seen.waited.get(due) ?? 0) + 1
  seen.waited.set(due, looks)
  if (looks === patience)
    accuse(`the report of ${new Date(due).toISOString()} came not in ${looks} looks`)
}
