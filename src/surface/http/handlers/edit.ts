// Changing a task that nobody has taken, by the same rules as `midwatch edit`.

import { refused, usage } from '../../../base/errors.ts'
import { type Demand, whoServes, withExemption } from '../../../model/demand.ts'
import type { Order, Task } from '../../../model/task.ts'
import { taskOf } from '../../cli/task-of.ts'
import type { taskRoutes } from '../contract/tasks.ts'
import type { House } from '../house.ts'
import { refusalOf } from '../problem.ts'
import type { Call } from './call.ts'

type EditCall = Call<(typeof taskRoutes)['editTask']>

/** Changes it and answers it as it is then. */
export async function editTask({ house, who, params, body }: EditCall): Promise<Task> {
  const task = await taskOf(house.store, params.id)
  if (body.run !== undefined && body.prompt !== undefined)
    throw usage('usage.two_orders', 'a task has one order', 'give one of run and prompt')
  if ((body.run ?? body.prompt ?? 'x').trim() === '')
    throw usage('intake.empty', 'the order is empty', 'say what is to be done')
  const order = orderOf(body)
  const demand = exemptionOf(house, task, demandOf(task, body), body.priority ?? task.priority)
  if (demand !== null) checkServed(house, demand)
  await checkFolder(house, order.cwd)
  const title = body.title?.replace(/\s+/g, ' ').trim()
  if (title === '') throw usage('usage.title', 'a task needs a title', 'give it a few words')
  const change = {
    ...(title !== undefined && { title }),
    ...(body.priority !== undefined && { priority: body.priority }),
    ...(demand !== null && { demand }),
    ...(Object.keys(order).length > 0 && { order }),
  }
  if (Object.keys(change).length === 0)
    throw usage('usage.nothing', 'nothing to change', 'name at least one thing that is different')
  const { clock, store } = house
  const answer = await store.edit({ taskId: task.id, ...change, by: who.by, now: clock.now() })
  if (!answer.ok) throw refusalOf(answer.refusal)
  store.poke()
  return answer.task
}

const orderOf = (body: EditCall['body']): Partial<Order> => ({
  ...(body.run !== undefined && { run: body.run, prompt: null }),
  ...(body.prompt !== undefined && { prompt: body.prompt, run: null }),
  ...(body.cwd !== undefined && { cwd: body.cwd }),
  ...(body.verify !== undefined && { verify: body.verify === '' ? null : body.verify }),
  ...(body.timeoutMs !== undefined && { timeoutMs: body.timeoutMs }),
  ...(body.once !== undefined && { once: body.once }),
})

/** The changed demand, or null when it stays as it is. */
function demandOf(task: Task, body: EditCall['body']): Demand | null {
  const kind = body.run ? 'command' : body.prompt ? 'prompt' : task.demand.kind
  const agent = body.agent === undefined ? task.demand.agent : body.agent
  const tier = body.tier === undefined ? task.demand.tier : body.tier
  const same = kind === task.demand.kind && agent === task.demand.agent && tier === task.demand.tier
  return same ? null : { ...task.demand, kind, agent, tier }
}

/** Another priority may make it exempt from budgets, or end that. */
function exemptionOf(
  house: House,
  task: Task,
  changed: Demand | null,
  priority: number,
): Demand | null {
  const before = changed ?? task.demand
  const exemptFrom = house.current().config.budget?.exemptFrom ?? null
  const now = withExemption(before, priority, exemptFrom)
  return now.exempt === before.exempt ? changed : now
}

function checkServed(house: House, demand: Demand): void {
  const { offers, config } = house.current()
  const { agents, missing } = whoServes(offers, demand, config.tiers)
  if (agents.length > 0) return
  throw refused(
    'intake.unserved',
    `no configured agent could ever take it: ${missing.join(' · ')}`,
    'ask for something else, or add such an agent to midwatch.yaml',
  )
}

async function checkFolder({ folder }: House, cwd: string | undefined): Promise<void> {
  if (cwd === undefined) return
  const state = await folder(cwd)
  if (state === 'ok') return
  throw usage(
    'intake.cwd',
    `${cwd} cannot be worked in (${state.replaceAll('_', ' ')})`,
    'name another folder',
  )
}
