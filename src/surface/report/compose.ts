// The report as a letter: in words, and as the page that needs nothing else.

import { localTime } from '../../base/when.ts'
import type { Store } from '../../drivers/store/contract.ts'
import { gatherReport } from './gather.ts'
import { pageOf } from './page.ts'
import { summaryOf, wordsOf } from './words.ts'

export async function composeReport(
  store: Store,
  fleet: string,
  since: number,
  until: number,
): Promise<{ readonly subject: string; readonly text: string; readonly html: string }> {
  const report = await gatherReport(store, fleet, since, until)
  return {
    subject: `[${fleet}] ${localTime(until)}: ${summaryOf(report)}`,
    text: wordsOf(report, 'text'),
    html: pageOf(report),
  }
}
