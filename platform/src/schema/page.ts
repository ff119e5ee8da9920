import { z } from 'zod'

const Cursor = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[A-Za-z0-9_-]+$/, {
    message: 'must be a nextCursor from an earlier answer',
  })

/** The fields by which every list is paged. Spread them into the list's input. */
export const pageInput = {
  limit: z.number().int().min(1).max(100).default(20).describe('How many items to return.'),
  cursor: Cursor.optional().describe('The nextCursor of the page before.'),
}

/** A page of items. `total` is there only when it was asked for. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item).max(100),
    nextCursor: Cursor.nullable(),
    total: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  })
}
