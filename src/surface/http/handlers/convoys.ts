// Convoys by the verbs of `midwatch convoy`.

import { notFound } from '../../../base/errors.ts'
import { isoTime } from '../../../base/when.ts'
import { type Convoy, type ConvoyMember, tallyOf } from '../../../model/convoy.ts'
import { landingOf } from '../../cli/convoy-landing.ts'
import { oneLine } from '../../cli/text.ts'
import { pageOf } from '../../paging.ts'
import type { convoyRoutes } from '../contract/convoys.ts'
import type { House } from '../house.ts'
import { refusalOf } from '../problem.ts'
import type { Handlers } from './call.ts'

export const convoyHandlers: Handlers<keyof typeof convoyRoutes> = {
  async listConvoys({ house: { store }, query: { before, limit } }) {
    const from = before === undefined ? {} : { before }
    const find = (limit: number) => store.convoys({ ...from, limit })
    const { rows, next } = await pageOf(limit, find, ({ id }) => id)
    const convoys = await Promise.all(
      rows.map(async (one) => convoyView(one, (await store.convoy(one.id))?.members ?? [])),
    )
    return { convoys, next }
  },
  showConvoy: async ({ house, params }) => ({ convoy: await shown(house, params.id) }),
  async createConvoy({ house, who: { by }, body }) {
    const { store, clock, dir: cwd } = house
    const title = oneLine(body.title)
    const landing = landingOf(body, { ...house.current(), clock, cwd }, title, by)
    const now = clock.now()
    const { id } = await store.createConvoy({ title, taskIds: body.tasks, landing, by, now })
    store.poke()
    return { convoy: await shown(house, id) }
  },
  async changeConvoy({ house, who: { by }, params, body: { add, remove } }) {
    const { store, clock } = house
    const changed = { convoyId: params.id, add, remove, by, now: clock.now() }
    const answer = await store.changeConvoy(changed)
    if (!answer.ok) throw refusalOf(answer.refusal)
    store.poke()
    return { convoy: await shown(house, params.id) }
  },
}

async function shown({ store }: House, id: number) {
  const found = await store.convoy(id)
  if (found !== null) return convoyView(found.convoy, found.members)
  throw notFound('convoy.missing', `there is no convoy ${id}`, '`midwatch convoy list` shows them')
}

const convoyView = (one: Convoy, members: readonly ConvoyMember[]) => ({
  ...one,
  createdAt: isoTime(one.createdAt),
  landedAt: one.landedAt === null ? null : isoTime(one.landedAt),
  ...tallyOf(members),
  members: members.map(({ taskId, ...member }) => ({ task: taskId, ...member })),
})
