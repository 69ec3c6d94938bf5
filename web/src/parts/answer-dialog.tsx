// A question that a session asked, and the answer that the next one is told.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { call } from '../lib/api.ts'
import { refreshAll } from '../lib/refresh.ts'
import { Act, Failed } from './basics.tsx'
import { Modal } from './modal.tsx'

export function AnswerDialog(props: { hold: number; question: string; onClose: () => void }) {
  const { hold, question, onClose } = props
  const [text, setText] = useState('')
  const client = useQueryClient()
  const answer = useMutation({
    mutationFn: () => call('answerHold', { id: hold, text }),
    onSuccess: () => {
      void refreshAll(client)
      onClose()
    },
  })
  return (
    <Modal title="Answer" onClose={onClose}>
      <p className="break-words">{question}</p>
      <label className="grid gap-1">
        <span className="text-xs text-soft">The next attempt is told</span>
        <textarea
          rows={4}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="rounded-md border border-line bg-ground px-2 py-1.5"
        />
      </label>
      {answer.error && <Failed error={answer.error} />}
      <div className="flex justify-end gap-2">
        <Act onPress={onClose}>Leave it</Act>
        <Act strong onPress={() => answer.mutate()} busy={answer.isPending}>
          Answer
        </Act>
      </div>
    </Modal>
  )
}
