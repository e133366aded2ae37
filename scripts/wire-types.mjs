// Writes dashboard/wire/api.ts: what each call takes and answers, from the schemas that validate it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wireTypes } from './wire-types/wire-types.mjs'
import { root } from './steps/root.mjs'

writeFileSync(join(root, 'dashboard', 'wire', 'api.ts'), await wireTypes())
