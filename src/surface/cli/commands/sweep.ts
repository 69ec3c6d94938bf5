// `midwatch sweep`: the reconciler's rules by hand, over every row. Says what broke a law and what was done about it.

import { sweep, type SweepReport } from '../../../loops/reconcile/sweep.ts'
import type { Remains } from '../../../loops/reconcile/law.ts'
import { removeWorktree, whyItStays } from '../../../lifecycle/leave/worktree.ts'
import { type Demand, lackingOf } from '../../../model/demand.ts'
import type { Call, Ending } from '../call.ts'
import type { Fleet } from '../world.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { meanwhile } from '../meanwhile.ts'
import { count } from '../labels.ts'

interface SweepOptions {
  dryRun?: boolean
  laws?: boolean
}

export function define(command: Command, act: Act): void {
  command
    .option('--dry-run', 'only say what would be mended')
    .option('--laws', 'list every law with what was found, also where all is well')
    .addHelpText(
      'after',
      `
Exit 0: all is well now. Exit 1: something is broken and was not mended.

JSON: {"dryRun","looked":{"tasks","attempts"},"findings":[{"law","subject","what","did","error"}],
"broken":[{"invariant","subject","what","repair"}],"failed":[{"law","error"}],
"laws":[{"name","law","kind","found","mended"}]}`,
    )
    .action(act(run))
}

async function run(call: Call<SweepOptions>): Promise<Ending> {
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const { store, clock, config } = fleet
  const dryRun = call.options.dryRun === true
  const remains = await remainsOf(call, fleet, `sweep by ${by}`)
  const lacking = (demand: Demand) => lackingOf(fleet.offers, demand, config.tiers)
  const deps = { store, clock, limits: config.limits, by: `sweep by ${by}`, lacking, remains }
  const report = await meanwhile(call, 'Looking at everything', sweep(deps, { dryRun }))
  if (!dryRun) store.poke()
  if (call.json) call.print.json(report)
  else tell(call, report)
  return leftBroken(report) > 0 ? 'failed' : 'done'
}

/** What lies on this host besides the store. */
async function remainsOf({ world }: Call, fleet: Fleet, by: string): Promise<Remains> {
  const { store, clock, host, stateDir, workspaces } = fleet
  const outputs = await world.outputs(stateDir)
  const row = (await store.hosts()).find((one) => one.name === host.name)
  return {
    host: host.name,
    daemonLives: row !== undefined && (await world.daemonLives(row)),
    alive: ({ pid, startTicks, bootId }) =>
      pid === null
        ? Promise.resolve(false)
        : world.daemonLives({
            name: host.name,
            pid,
            startTicks,
            bootId,
            pulseAt: 0,
            running: true,
          }),
    folders: () => outputs.attempts(),
    dropFolder: (id) => outputs.drop(id),
    async worktrees() {
      const driver = await workspaces()
      const deps = { store, workspaces: driver }
      return (await driver.list()).map((tree) => ({
        taskId: tree.taskId,
        path: tree.path,
        mayGo: async () => (await whyItStays(deps, tree)).why.length === 0,
        remove: async () => (await removeWorktree(deps, tree, by, clock.now())).length === 0,
      }))
    },
  }
}

/** What is broken now, as far as this sweep knows. */
const leftBroken = ({ findings, broken, failed }: SweepReport): number =>
  new Set(findings.filter((one) => one.did === null).map((one) => `${one.law} ${one.subject}`))
    .size +
  broken.length +
  failed.length

function tell({ print, options }: Call<SweepOptions>, report: SweepReport): void {
  const { paint } = print
  const { dryRun, findings, broken, failed, looked, laws } = report
  for (const { subject, what, did, error, law } of findings) {
    const end =
      error !== null
        ? paint.bad(`could not be mended: ${error}`)
        : did === null
          ? paint.waiting(dryRun ? 'would be mended' : 'not mended')
          : paint.good(did)
    print.line(`${subject}: ${what} → ${end} ${paint.aside(`(${law})`)}`)
  }
  for (const { subject, what, repair } of broken)
    print.line(`${subject}: ${paint.bad(what)}; mended by ${repair}`)
  for (const { law, error } of failed) print.line(paint.bad(`the law ${law} cannot look: ${error}`))
  if (options.laws === true)
    print.table(laws, [
      { head: 'LAW', text: (one) => one.name },
      { head: 'KIND', text: (one) => one.kind },
      { head: 'FOUND', text: (one) => String(one.found), right: true },
      { head: 'MENDED', text: (one) => String(one.mended), right: true },
      { head: 'SAYS', text: (one) => one.law, gives: true },
    ])
  const seen = `Looked at ${count(looked.tasks, 'task')} and ${count(looked.attempts, 'attempt')} by ${laws.length} laws`
  const mended = findings.filter((one) => one.did !== null).length
  if (findings.length + broken.length + failed.length === 0) print.line(`${seen}: all is well`)
  else if (dryRun) print.line(`${seen}: ${findings.length} to mend. Nothing was changed`)
  else print.line(`${seen}: ${mended} mended, ${leftBroken(report)} left`)
}
