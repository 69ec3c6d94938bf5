// The way to the next page of a list, where there is one.

import type { MoreOf } from '../lib/paged.ts'
import { Act } from './basics.tsx'

export function More({ of }: { of: MoreOf }) {
  if (!of.hasNextPage) return null
  return (
    <div className="p-2">
      <Act onPress={of.fetch} busy={of.busy}>
        Show more
      </Act>
    </div>
  )
}
