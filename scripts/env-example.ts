// Writes .env.example from the schema of the environment.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { envExample } from '../platform/src/config/env-example.ts'

writeFileSync(join(import.meta.dirname, '..', '.env.example'), envExample())
