// What was done to the world, once each. What may have happened stands first: it waits to be asked about, or for a person.

import { useQuery } from '@tanstack/react-query'

import { call } from '../lib/api.ts'
import { usePaged } from '../lib/paged.ts'
import { Empty, Got, PageHead, Section } from '../parts/basics.tsx'
import { EffectLine } from '../parts/effect-line.tsx'
import { More } from '../parts/more.tsx'

export function Effects() {
  return (
    <div className="mx-auto max-w-7xl space-y-4">
      <PageHead title="Effects" note="done to the world, once, by key" />
      <InDoubt />
      <Newest />
    </div>
  )
}

function InDoubt() {
  const doubts = useQuery({
    queryKey: ['effects', 'uncertain'],
    queryFn: ({ signal }) => call('listEffects', { state: 'uncertain', limit: 200 }, signal),
    refetchInterval: 15_000,
  })
  return (
    <Section title="In doubt" aside="nothing of these is done again before it is known">
      <Got of={doubts}>
        {({ effects }) =>
          effects.length === 0 ? (
            <Empty>No effect is in doubt.</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {effects.map((one) => (
                <EffectLine key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Got>
    </Section>
  )
}

function Newest() {
  const effects = usePaged({
    queryKey: ['effects', 'all'],
    ask: (before, signal) => call('listEffects', before === undefined ? {} : { before }, signal),
    rowsOf: (page) => page.effects,
  })
  return (
    <Section title="Newest first">
      <Got of={effects} rows={5}>
        {(all) =>
          all.length === 0 ? (
            <Empty>Nothing has been done to the world through Midwatch.</Empty>
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
    </Section>
  )
}
