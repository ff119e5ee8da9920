import { z } from 'zod'
import { limits } from '../limits/classes.ts'
import { defineOperation } from '../operation/define.ts'
import { defineApp } from '../operation/registry.ts'
import { signedIn } from '../policy/policy.ts'

const facts = {
  input: z.strictObject({}),
  output: z.strictObject({}),
  errors: [],
  policy: signedIn,
  audit: () => ({ subject: 'notes' }),
  example: async () => ({}),
  run: () => ({}),
}

/** An app without data, so that there are scopes to give to keys: notes:read and notes:write. */
export const notes = defineApp({
  name: 'notes',
  title: 'Notes',
  summary: 'Nothing is kept.',
  operations: {
    readNotes: defineOperation({
      ...facts,
      name: 'notes.read_notes',
      summary: 'Read nothing.',
      http: 'GET /notes',
      effect: 'read',
      limit: limits.read,
    }),
    writeNotes: defineOperation({
      ...facts,
      name: 'notes.write_notes',
      summary: 'Write nothing.',
      http: 'POST /notes',
      effect: 'write',
      limit: limits.write,
    }),
  },
})
