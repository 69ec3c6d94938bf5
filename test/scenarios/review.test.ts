// Reviews with real sessions (S2's last line but one: issues that waited for reviews that never came): a second agent
// judges, changes go into the next order, and a reviewer that says nothing is replaced until a person is asked.

import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

import { setStage, type Stage, until } from './stage.ts'

const config = `  maker:
    adapter: command
    program: ./maker
    args: ['{prompt_file}']
  critic:
    adapter: command
    program: ./critic
    args: ['{prompt_file}']
    roles: [reviewer]
backoff: [50ms]
`

describe('work that a second agent judges', () => {
  let stage: Stage
  afterEach(() => stage.strike())

  async function begin(maker: string, critic: string): Promise<void> {
    stage = await setStage(config)
    for (const [name, body] of Object.entries({ maker, critic })) {
      writeFileSync(join(stage.dir, name), `#!/bin/sh\n${body}\n`)
      chmodSync(join(stage.dir, name), 0o755)
    }
    await stage.up()
  }
  const add = () => stage.add('', { run: null, prompt: 'write it', agent: 'maker', review: true })
  const settled = (id: number) =>
    until(`task ${id} is settled`, async () => (await stage.task(id)).state === 'settled')

  it('is done when it is approved, by another agent than its maker', async () => {
    await begin('echo made > made', 'midwatch review --approve --note "read it all"')
    const id = await add()
    await settled(id)
    expect(await stage.task(id)).toMatchObject({ outcome: 'done', verified: true, attempts: 1 })
    const [review] = await stage.fleet.store.reviewsOf(id)
    expect(review).toMatchObject({ maker: 'maker', decision: 'approve', text: 'read it all' })
    const [reviewer] = await stage.attempts(review?.taskId ?? 0)
    expect(reviewer?.agent).toBe('critic')
    expect(await stage.count(id, 'task.settled')).toBe(1)
  })

  it('goes back with what is to be changed in the next order, and nobody is charged', async () => {
    await begin(
      'cp "$1" order-$MIDWATCH_ATTEMPT; echo x >> made',
      'test $(wc -l < made) -ge 2 && midwatch review --approve || midwatch review --changes "a second line"',
    )
    const id = await add()
    await settled(id)
    expect(await stage.task(id)).toMatchObject({ outcome: 'done', attempts: 2 })
    const [first, second] = (await stage.attempts(id)).map((one) =>
      readFileSync(join(stage.dir, `order-${one.id}`), 'utf8'),
    )
    expect(first).not.toContain('a second line')
    expect(second).toContain('a second line')
    const returned = await stage.fleet.store.facts({
      taskId: id,
      kinds: ['task.returned'],
      limit: 9,
    })
    expect(returned.map(({ body }) => body)).toMatchObject([{ charged: false }, { charged: false }])
  })

  it('is offered anew when a reviewer ends without a decision, and shown to a person after three', async () => {
    await begin('true', 'echo "looks fine to me"')
    const id = await add()
    await until('a person is asked', async () =>
      (await stage.fleet.store.holdsOf(id, true)).some((hold) => hold.kind === 'person'),
    )
    const reviews = await stage.fleet.store.reviewsOf(id)
    expect(reviews.map((one) => one.decision)).toEqual([null, null, null])
    for (const one of reviews) expect(await stage.attempts(one.taskId)).toHaveLength(1)
    expect((await stage.task(id)).state).toBe('held')
    expect(await stage.count(id, 'task.settled')).toBe(0)
    expect((await stage.attempts(id)).length).toBe(1)
  })

  it('may not be approved by its maker', async () => {
    await begin(
      'midwatch review --approve; echo "exit $?" > answer; midwatch done',
      'midwatch review --reject "no"',
    )
    const id = await add()
    await settled(id)
    expect(readFileSync(join(stage.dir, 'answer'), 'utf8')).not.toBe('exit 0\n')
    expect(await stage.task(id)).toMatchObject({ outcome: 'failed', reason: 'no' })
  })

  it('is refused where only its maker could judge it', async () => {
    await begin('true', 'true')
    const wanted = stage.add('', { run: null, prompt: 'x', agent: 'critic', review: true })
    await expect(wanted).rejects.toMatchObject({ code: 'intake.no_reviewer' })
    expect((await stage.fleet.store.tasks({ limit: 9 })).tasks).toEqual([])
  })
})
