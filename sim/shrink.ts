// Finds a shorter run that breaks the same law: parts of the plan are left out, halves first, then single ones, as long as the
// law is still broken. Bounded, for every try is a run.

import type { Plan } from './plan.ts'
import type { RunReport } from './run.ts'

const triesMax = 120

/** What is looked at of a run. */
type Run = Pick<RunReport, 'plan' | 'violations'>

/** The smallest failing run found. */
export async function shrink<R extends Run>(
  failing: R,
  run: (plan: Plan) => Promise<R>,
): Promise<R> {
  const law = failing.violations[0]?.law
  let best = failing
  let tries = 0
  const attempt = async (plan: Plan): Promise<boolean> => {
    if (tries >= triesMax) return false
    tries += 1
    const report = await run(plan)
    if (report.violations[0]?.law !== law) return false
    best = report
    return true
  }
  for (const part of ['faults', 'tasks', 'acts'] as const) {
    for (
      let size = Math.max(1, Math.ceil(best.plan[part].length / 2));
      ;
      size = Math.ceil(size / 2)
    ) {
      for (let from = 0; from < best.plan[part].length; ) {
        const kept = [...best.plan[part].slice(0, from), ...best.plan[part].slice(from + size)]
        if (!(await attempt({ ...best.plan, [part]: kept }))) from += size
      }
      if (size <= 1 || tries >= triesMax) break
    }
  }
  return best
}
