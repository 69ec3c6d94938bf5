// Facts about accounts as sentences.

import { localTime } from '../../../base/when.ts'
import type { AccountFact } from '../../../model/facts/account.ts'
import { quiet, type Tellings, told } from '../telling.ts'

export const accountTellings: Tellings<AccountFact['kind']> = {
  'agent.fell_back': told(
    'bad',
    (f) =>
      `${f.agent} goes on with its last good configuration (${f.instead.join(', ')}): ${f.why}`,
  ),
  'account.chosen': told(
    'plain',
    (f) =>
      `${f.agent} uses account ${f.account} until ${localTime(f.until)}, says ${f.by}: ${f.reason}`,
  ),
  'account.unchosen': told('plain', (f) => `${f.agent} takes any account that works, says ${f.by}`),
  'credential.seen': quiet((f) => `${f.lane} on ${f.host}: its credential was looked at`),
}
