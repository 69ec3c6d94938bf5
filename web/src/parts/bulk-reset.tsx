// Several lanes at once, seen before it is done.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import type { Answer } from '../../../src/surface/http/contract.ts'
import { call } from '../lib/api.ts'
import { refreshAll } from '../lib/refresh.ts'
import { Act, Chip, Failed } from './basics.tsx'
import { gateTone } from './icon-state.tsx'
import { Modal } from './modal.tsx'

interface Ask {
  readonly lanes?: string[]
  readonly incident?: number
}

/** What was not seen before is not done. */
function whyNot({ data, error }: { data: Answer<'resetGates'> | undefined; error: Error | null }) {
  if (error) return { sentence: error.message, release: 'ask again' }
  if (data === undefined) return { sentence: 'what would change is looked up', release: 'wait' }
  return data.was.length > 0
    ? null
    : { sentence: 'nothing there has failed', release: 'nothing needs to be done' }
}

export function BulkReset({
  ask,
  title,
  onClose,
}: {
  ask: Ask
  title: string
  onClose: () => void
}) {
  const client = useQueryClient()
  const preview = useQuery({
    queryKey: ['preview', 'bulk', JSON.stringify(ask)],
    queryFn: () => call('resetGates', { ...ask, preview: 'true' } as never),
    gcTime: 0,
  })
  const deed = useMutation({
    mutationFn: () => call('resetGates', ask as never),
    onSuccess: () => {
      void refreshAll(client)
      onClose()
    },
  })
  return (
    <Modal title={title} onClose={onClose}>
      <p className="text-soft">
        Each of these lanes lets attempts pass again; those that failed come back slowly.
      </p>
      {preview.error && <Failed error={preview.error} />}
      <ul className="max-h-72 overflow-auto rounded-md bg-sunken px-3 py-2">
        {preview.data?.was.map(({ lane, state }) => (
          <li key={lane} className="flex items-center gap-2 py-0.5">
            <Chip tone={gateTone(state)}>{state}</Chip>
            <span className="font-mono">{lane}</span>
          </li>
        ))}
        {preview.data?.was.length === 0 && <li className="text-soft">Nothing there has failed.</li>}
      </ul>
      {deed.error && <Failed error={deed.error} />}
      <div className="flex justify-end gap-2">
        <Act onPress={onClose}>Leave it</Act>
        <Act strong onPress={() => deed.mutate()} busy={deed.isPending} why={whyNot(preview)}>
          Reset {preview.data?.was.length ?? ''}
        </Act>
      </div>
    </Modal>
  )
}
