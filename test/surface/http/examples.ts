// One request for every route that is done when it is asked: with what has to be there for it made first. A route that is
// written without its example does not compile.

import { freshMemory } from '../../../src/model/lane.ts'
import type { RouteName } from '../../../src/surface/http/contract.ts'
import { lost, offerReview, type Scene } from './scene.ts'

export interface Example {
  /** Parts of the path. */
  readonly at?: Readonly<Record<string, string | number>>
  readonly query?: string
  readonly body?: object
  /** A token; the operator's when left out. */
  readonly as?: string | null
}

export const exampleYaml = `
windows: { night: { clock: ['22:00-06:00'], load: 0.5 } }
schedules: { tides: { cron: '0 */6 * * *', run: 'true', scope: each } }
budget: { fleet: { day: 5 } }
`

const counter = { made: 0 }
const fresh = (word: string): string => {
  counter.made += 1
  return `${word}-${counter.made}`
}
const nothing = async (): Promise<Example> => ({})

/** What is there before a request, made by the API's own deeds where it can. */
function maker(scene: Scene) {
  const { store, clock } = scene.fleet
  const post = async (path: string, body: object, as = scene.operator) => {
    const response = await scene.ask(path, { method: 'POST', as, body: JSON.stringify(body) })
    const said = await response.json()
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(said)}`)
    return said as never
  }
  const task = async (more: object = {}): Promise<number> =>
    (await post('/api/tasks', { title: fresh('task'), run: 'true', ...more }))['task']['id']
  return {
    post,
    task,
    settled: async () => {
      const id = await task()
      await post(`/api/tasks/${id}/cancel`, {})
      return id
    },
    lock: async () => {
      const name = fresh('lock')
      const { epoch } = (await post('/api/locks/acquire', { name }))['lock'] as { epoch: number }
      return { name, epoch }
    },
    work: async () => {
      const key = fresh('work')
      await post('/api/work/claim', { key, as: 'ann' })
      return key
    },
    effect: async () => {
      const { attempt, token } = await scene.session()
      const key = fresh('mail')
      await post('/api/effects/begin', { key }, token)
      return { attempt, token, key }
    },
    review: async () => {
      const { attempt } = await scene.session()
      await offerReview(scene.fleet, attempt)
      return attempt.taskId
    },
    convoy: async (): Promise<number> =>
      (await post('/api/convoys', { title: fresh('convoy'), tasks: [await task()] }))['convoy'][
        'id'
      ],
    incident: async () => {
      const key = fresh('incident')
      await store.openIncident({ key, title: key, now: clock.now() })
      return (await store.incident({ key }))?.id ?? 0
    },
    /** A lane that its failures have shut. */
    shut: async (lane: string) => {
      const { from } = await store.unfolded({ after: 0, limit: 1 })
      const [before] = await store.lanes([lane])
      const now = clock.now()
      const gate = { state: 'shut', since: now, until: now + 600_000, reason: 'it failed' } as const
      const memory = { ...freshMemory, wait: 1, shutBy: 'launch_failed' as const }
      const lanes = [{ lane, gate, memory, rev: before?.rev ?? 0, readable: true }]
      await store.fold({ from, to: from, lanes, attemptIds: [], facts: [], incidents: [], now })
    },
    lose: (attemptId: number) => store.end({ attemptId, verdict: lost, now: clock.now() }),
  }
}

type Examples = Partial<Record<RouteName, () => Promise<Example>>>
type Make = ReturnType<typeof maker>

/** An example of each route. */
export function examplesOf(scene: Scene): Record<RouteName, () => Promise<Example>> {
  const make = maker(scene)
  return {
    ...fleetExamples(make),
    ...accessExamples(make),
    ...taskExamples(make),
    ...sessionExamples(scene),
    ...waitingExamples(scene, make),
    ...laneExamples(scene, make),
    ...effectExamples(scene, make),
    ...keyExamples(make),
  }
}

const claude = { at: { lane: 'agent:claude' }, body: {} }

function fleetExamples(make: Make) {
  return {
    watch: nothing,
    series: nothing,
    inbox: nothing,
    listFacts: nothing,
    whyFleet: nothing,
    listIncidents: nothing,
    resolveIncident: async () => ({ at: { id: await make.incident() }, body: {} }),
    listHosts: nothing,
    listMechanisms: nothing,
    mechanismSteps: nothing,
    quota: nothing,
    spendBy: nothing,
    listSchedules: nothing,
    showSchedule: async () => ({ at: { name: 'tides' } }),
    runSchedule: async () => ({ at: { name: 'tides' }, body: {} }),
    listWindows: nothing,
    listAccounts: nothing,
    useAccount: async () => ({ body: { account: 'anthropic-default' } }),
    resetAccounts: async () => ({ body: {} }),
  } satisfies Examples
}

function accessExamples(make: Make) {
  return {
    me: nothing,
    makeLink: async () => ({ body: { by: 'ann' } }),
    enter: async () => {
      const { path } = (await make.post('/api/session/links', { by: 'ann' })) as { path: string }
      return { body: { code: path.split('#')[1] }, as: null }
    },
    leave: nothing,
  } satisfies Examples
}

function taskExamples(make: Make) {
  const ofTask = async (): Promise<Example> => ({ at: { id: await make.task() } })
  return {
    listTasks: nothing,
    addTask: async () => ({ body: { title: fresh('added'), run: 'true' } }),
    showTask: ofTask,
    whyTask: ofTask,
    editTask: async () => ({ ...(await ofTask()), body: { priority: 5 } }),
    holdTask: async () => ({ ...(await ofTask()), body: { until: '2h' } }),
    releaseTask: async () => ({ at: { id: await make.task({ until: '5h' }) }, body: {} }),
    cancelTask: async () => ({ ...(await ofTask()), body: {} }),
    againTask: async () => ({ at: { id: await make.settled() }, body: {} }),
    diffTask: ofTask,
    listReviews: ofTask,
  } satisfies Examples
}

function sessionExamples(scene: Scene) {
  const ofAttempt = async (): Promise<Example> => ({
    at: { id: (await scene.session()).attempt.id },
  })
  const own = async (body: object): Promise<Example> => {
    const { attempt, token } = await scene.session()
    return { at: { id: attempt.taskId }, body, as: token }
  }
  return {
    sayDone: () => own({ text: 'all of it' }),
    sayFail: () => own({ text: 'it cannot be' }),
    askPerson: () => own({ question: 'red?' }),
    sayProgress: async () => {
      const { attempt, token } = await scene.session()
      return { at: { id: attempt.id }, body: { text: 'half' }, as: token }
    },
    listAttempts: nothing,
    showAttempt: ofAttempt,
    readLog: ofAttempt,
    searchLog: async () => ({ ...(await ofAttempt()), query: 'text=x' }),
    stopAttempt: async () => ({ ...(await ofAttempt()), body: {} }),
  } satisfies Examples
}

function waitingExamples(scene: Scene, make: Make) {
  return {
    answerHold: async () => {
      const id = await make.task()
      const { hold } = (await make.post(`/api/tasks/${id}/hold`, { ask: 'red?' })) as {
        hold: { id: number }
      }
      return { at: { id: hold.id }, body: { text: 'yes' } }
    },
    listHolds: nothing,
    openReviews: nothing,
    decideReview: async () => {
      const judged = await make.review()
      const [review] = await scene.fleet.store.reviewsOf(judged)
      return { at: { id: review?.taskId ?? 0 }, body: { decision: 'approve' } }
    },
    listConvoys: nothing,
    showConvoy: async () => ({ at: { id: await make.convoy() } }),
    createConvoy: async () => ({ body: { title: fresh('convoy'), tasks: [await make.task()] } }),
    changeConvoy: async () => ({
      at: { id: await make.convoy() },
      body: { add: [await make.task()] },
    }),
  } satisfies Examples
}

function laneExamples(scene: Scene, make: Make) {
  const ofShut = async (): Promise<Example> => {
    await make.shut('agent:claude')
    return claude
  }
  const ofPassing = async (): Promise<Example> => {
    const { store, clock } = scene.fleet
    const reset = { lane: 'agent:claude', by: 'ann', reason: 'for the next', now: clock.now() }
    await store.resetGate(reset)
    return claude
  }
  return {
    listGates: nothing,
    showGate: async () => ({ at: { lane: 'fleet' } }),
    pinGate: ofPassing,
    pauseGate: ofPassing,
    drainGate: ofPassing,
    resetGate: ofShut,
    resumeGate: async () => {
      await ofPassing()
      await make.post('/api/gates/agent:claude/pause', {})
      return claude
    },
    probeGate: ofShut,
    resetGates: async () => {
      await ofShut()
      return { body: { lanes: ['agent:claude'] } }
    },
    listAgents: nothing,
    showAgent: async () => ({ at: { name: 'shell' } }),
  } satisfies Examples
}

function effectExamples(scene: Scene, make: Make) {
  return {
    listEffects: nothing,
    showEffect: async () => ({ query: `key=${(await make.effect()).key}` }),
    resolveEffect: async () => {
      const { attempt, key } = await make.effect()
      await make.lose(attempt.id)
      return { body: { key, said: 'performed', reason: 'the statement' } }
    },
    beginEffect: async () => ({ body: { key: fresh('pay') }, as: (await scene.session()).token }),
    commitEffect: async () => {
      const { key, token } = await make.effect()
      return { body: { key }, as: token }
    },
    abortEffect: async () => {
      const { key, token } = await make.effect()
      return { body: { key }, as: token }
    },
  } satisfies Examples
}

function keyExamples(make: Make) {
  return {
    listLocks: nothing,
    acquireLock: async () => ({ body: { name: fresh('lock') } }),
    renewLock: async () => ({ body: await make.lock() }),
    releaseLock: async () => ({ body: await make.lock() }),
    listWork: nothing,
    claimWork: async () => ({ body: { key: fresh('work'), as: 'ann' } }),
    completeWork: async () => ({ body: { key: await make.work(), as: 'ann' } }),
    abandonWork: async () => ({ body: { key: await make.work(), as: 'ann' } }),
    forgetWork: async () => ({ body: { key: await make.work() } }),
  } satisfies Examples
}
