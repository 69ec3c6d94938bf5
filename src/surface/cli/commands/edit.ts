// `midwatch edit TASK`: another title, order, priority or agent, as long as nobody has taken it.

import { resolve } from 'node:path'
import { refused, usage } from '../../../base/errors.ts'
import { didYouMean } from '../../../base/nearest.ts'
import { type Demand, whoServes, withExemption } from '../../../model/demand.ts'
import type { Order, Task } from '../../../model/task.ts'
import { durationMs, taskId, wholeNumber } from '../arguments.ts'
import type { Call } from '../call.ts'
import type { Act } from '../command-module.ts'
import type { Command } from '../grammar.ts'
import { type OrderOptions, orderOptions, promptOf, workspaceOf } from '../order.ts'
import { taskWhole } from '../shapes.ts'
import { asTrouble, taskOf } from '../task-of.ts'
import { oneLine } from '../text.ts'
import type { Fleet } from '../world.ts'

interface EditOptions extends OrderOptions {
  calm?: string
  title?: string
  agent?: string
  tier?: string
  priority?: string
}

export function define(command: Command, act: Act): void {
  orderOptions(command.argument('<task>', 'its number'))
    .option('--title <title>', 'a few words')
    .option('--agent <name>', 'who shall do it; `any` for whoever fits')
    .option('--tier <name>', 'this tier or a higher one; `any` for all')
    .option('--calm <none>', 'none: it waits for its calm window no longer')
    .option('--priority <n>', 'higher goes first')
    .addHelpText('after', '\nRefused once the task is taken or settled (exit 4). JSON: {"task"}')
    .action(act(edit))
}

async function edit(call: Call<EditOptions>): Promise<void> {
  const { options } = call
  const id = taskId(call.args[0])
  const order = await orderOf(call)
  const fleet = await call.fleet()
  const { by } = await call.actor()
  const task = await taskOf(fleet.store, id)
  const priority =
    options.priority === undefined ? null : wholeNumber(options.priority, '--priority', -1_000)
  const demand = exemptionOf(fleet, task, demandOf(task, options, order), priority)
  if (demand !== null) checkServed(fleet, demand)
  await checkFolder(fleet, order.cwd)
  const title = options.title === undefined ? null : oneLine(options.title)
  if (title === '') throw usage('usage.title', 'a task needs a title', 'give it a few words')
  const change = {
    ...(title !== null && { title }),
    ...(priority !== null && { priority }),
    ...(demand !== null && { demand }),
    ...(Object.keys(order).length > 0 && { order }),
  }
  if (Object.keys(change).length === 0)
    throw usage('usage.nothing', 'nothing to change', '`midwatch edit --help` lists what can be')
  const answer = await fleet.store.edit({ taskId: id, ...change, by, now: fleet.clock.now() })
  if (!answer.ok) throw asTrouble(answer.refusal)
  fleet.store.poke()
  if (call.json) call.print.json({ task: taskWhole(answer.task) })
  else call.print.line(`Task ${id} is changed`)
}

async function orderOf({ world, options }: Call<EditOptions>): Promise<Partial<Order>> {
  const prompt = await promptOf(world, options)
  const workspace = workspaceOf(options)
  return {
    ...(options.run !== undefined && { run: options.run, prompt: null }),
    ...(prompt !== null && { prompt, run: null }),
    ...(options.cwd !== undefined && { cwd: resolve(world.cwd, options.cwd) }),
    ...(options.verify !== undefined && { verify: options.verify === '' ? null : options.verify }),
    ...(options.timeout !== undefined && { timeoutMs: durationMs(options.timeout, '--timeout') }),
    ...(options.once === true && { once: true }),
    ...(workspace !== null && { workspace }),
  }
}

/** The changed demand, or null when it stays as it is. */
function demandOf(task: Task, options: EditOptions, order: Partial<Order>): Demand | null {
  const kind = order.run ? 'command' : order.prompt ? 'prompt' : task.demand.kind
  const named = (option: string | undefined, before: string | null) =>
    option === undefined ? before : option === 'any' ? null : option
  const agent = named(options.agent, task.demand.agent)
  const tier = named(options.tier, task.demand.tier)
  const { calm, ...demand } = task.demand
  const waived = options.calm === 'none' && calm !== undefined
  const same = kind === demand.kind && agent === demand.agent && tier === demand.tier && !waived
  const still = waived || calm === undefined ? {} : { calm }
  return same ? null : { ...demand, ...still, kind, agent, tier }
}

/** Another priority may make it exempt from budgets, or end that. */
function exemptionOf(
  { config }: Fleet,
  task: Task,
  changed: Demand | null,
  priority: number | null,
): Demand | null {
  const before = changed ?? task.demand
  const now = withExemption(before, priority ?? task.priority, config.budget?.exemptFrom ?? null)
  return now.exempt === before.exempt ? changed : now
}

function checkServed({ offers, config }: Fleet, demand: Demand): void {
  const { agents, missing } = whoServes(offers, demand, config.tiers)
  if (agents.length > 0) return
  const names = offers.map((offer) => offer.agent)
  const isStrange = demand.agent !== null && !names.includes(demand.agent)
  const near = isStrange ? didYouMean(demand.agent, names) : ''
  throw refused(
    'intake.unserved',
    `no configured agent could ever take it: ${missing.join(' · ')}${near}`,
    'ask for something else, or add such an agent to midwatch.yaml',
  )
}

async function checkFolder({ host }: Fleet, cwd: string | undefined): Promise<void> {
  if (cwd === undefined) return
  const state = await host.folder(cwd)
  if (state !== 'ok')
    throw usage(
      'intake.cwd',
      `${cwd} cannot be worked in (${state.replaceAll('_', ' ')})`,
      'name another folder with --cwd',
    )
}
