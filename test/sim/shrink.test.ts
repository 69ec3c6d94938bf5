// What a broken law leaves for whoever looks for its cause: the shortest run that still breaks it, and everything needed to see it
// again.

import { afterEach, expect, test, vi } from 'vitest'

import { type Plan, planOf } from '../../sim/plan.ts'
import { printReport, printViolations } from '../../sim/report.ts'
import { runPlan } from '../../sim/run.ts'
import { shrink } from '../../sim/shrink.ts'

afterEach(() => vi.restoreAllMocks())

const plan = planOf({ seed: '9', days: 1, hosts: 2, agents: 6, tasks: 24, faults: 'storm' })
const broken = (law: string, taskId: number | null = null) => ({
  ...{ law, sentence: `${law} was broken`, taskId, atMs: plan.startMs },
})
const [fault, task] = [plan.faults.at(-3), plan.tasks.at(7)]

test('a run is shrunk to the fault and the task that break the law together, within bounded tries', async () => {
  let tries = 0
  const run = async (tried: Plan) => {
    tries += 1
    const both =
      tried.faults.some((one) => one === fault) && tried.tasks.some((one) => one === task)
    return { plan: tried, violations: both ? [broken('mine')] : [broken('another')] }
  }
  expect(plan.faults.length).toBeGreaterThan(20)
  const { plan: least } = await shrink(await run(plan), run)
  expect(least).toMatchObject({ faults: [fault], tasks: [task], acts: [] })
  expect(least.options).toEqual(plan.options)
  expect(tries).toBeLessThanOrEqual(121)
})

test('a broken law is printed with its seed, its plan and the facts of the task concerned; others once each', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)))
  const small = planOf({ seed: '9', days: 0.1, hosts: 1, agents: 3, tasks: 3, faults: 'storm' })
  const report = await runPlan(small)
  expect(report.violations).toEqual([])
  const violations = [broken('mine', 1), broken('another'), broken('mine')]
  await printViolations({ ...report, violations })
  await report.store.close()
  const told = (beginning: string) => lines.filter((line) => line.startsWith(beginning))
  expect(told('BROKEN: ')).toEqual(['BROKEN: mine', 'BROKEN: another'])
  expect(told('  options ')).toEqual([`  options ${JSON.stringify(small.options)}`])
  expect(told('  fault ')).toHaveLength(small.faults.length)
  expect(told('  task ')).toHaveLength(3)
  expect(told('  fact ')[0]).toContain('"kind":"task.enqueued"')
  expect(told('  fact ').at(-1)).toContain('settled')
})

test('a report names what acted and what never did', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)))
  const calm = planOf({ seed: '9', days: 0.1, hosts: 1, agents: 3, tasks: 3, faults: 'none' })
  const report = await runPlan(calm)
  printReport(report)
  await report.store.close()
  const never = lines.find((line) => line.startsWith('never acted: ')) ?? ''
  expect(never).toContain('fault daemonCrash')
  expect(never).not.toContain('class success')
  expect(lines.find((line) => line.startsWith('classes: '))).toContain('success')
})
