// What was done to the world, once each. What may have happened stands first: it waits to be asked about, or for a person.

import { PageHead, Section } from '../parts/basics.tsx'
import { EffectList } from '../parts/effect-list.tsx'

export function Effects() {
  return (
    <div className="mx-auto max-w-7xl space-y-4">
      <PageHead title="Effects" note="done to the world, once, by key" />
      <Section title="In doubt" aside="nothing of these is done again before it is known">
        <EffectList
          queryKey={['effects', 'uncertain']}
          only={{ state: 'uncertain' }}
          none="No effect is in doubt."
        />
      </Section>
      <Section title="Newest first">
        <EffectList
          queryKey={['effects', 'all']}
          none="Nothing has been done to the world through Midwatch."
        />
      </Section>
    </div>
  )
}
