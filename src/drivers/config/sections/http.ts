// The `http:` section: where API and page listen, and under which names they answer.

import { z } from 'zod'

const listenRule = 'must be HOST:PORT such as 127.0.0.1:4704, or off'

export const httpShape = z.strictObject({
  listen: z
    .string()
    .regex(/^(off|(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):\d{1,5})$/, listenRule)
    .optional()
    .describe('Where API and page listen: HOST:PORT, or off. This machine alone when left out.'),
  hosts: z
    .array(z.string().regex(/^[A-Za-z0-9._-]+(:\d{1,5})?$/, 'must be a host name'))
    .optional()
    .describe(
      'Names under which it may be asked for besides its address, such as those of a proxy.',
    ),
})

export type HttpShape = z.infer<typeof httpShape>
