// A fact as the API tells it: its fields, and the sentence the command line would print.

import type { Fact } from '../../../model/fact.ts'
import { sentenceOf, toneOf } from '../../cli/prose.ts'
import { factShape } from '../../cli/shapes.ts'

export const factView = (fact: Fact) => ({
  ...factShape(fact),
  sentence: sentenceOf(fact),
  tone: toneOf(fact),
})
