// Effects, newest first and page by page: all of them, those in doubt, or those of one task.

import type { Ask } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { usePaged } from '../lib/paged.ts'
import { Empty, Got } from './basics.tsx'
import { EffectLine } from './effect-line.tsx'
import { More } from './more.tsx'

/** `queryKey` begins with the noun whose facts make the list old. */
export function EffectList(props: {
  queryKey: readonly (string | number)[]
  only?: Ask<'listEffects'>
  none: string
}) {
  const { queryKey, only = {}, none } = props
  const effects = usePaged({
    queryKey,
    ask: (before, signal) =>
      call('listEffects', { ...only, ...(before !== undefined && { before }) }, signal),
    rowsOf: (page) => page.effects,
    refetchInterval: 15_000,
  })
  return (
    <>
      <Got of={effects}>
        {(all) =>
          all.length === 0 ? (
            <Empty>{none}</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {all.map((one) => (
                <EffectLine key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Got>
      <More of={effects.more} />
    </>
  )
}
