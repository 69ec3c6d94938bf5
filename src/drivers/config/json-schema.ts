// The JSON schema of midwatch.yaml, for editors that complete and check while one types.

import { z } from 'zod'

import { fileShape } from './schema.ts'

export const schemaFileName = 'midwatch.schema.json'

/** The schema as the text of a file. */
export const jsonSchemaText = (): string =>
  `${JSON.stringify(z.toJSONSchema(fileShape, { io: 'input', target: 'draft-7' }), null, 2)}\n`
