// Writes docs/permissions.md from the routes and the table of permissions.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { permissionReference } from '../dist/src/api/permission-reference.js'
import { routes } from '../dist/src/api/routes/index.js'
import { root } from './steps/root.mjs'

const file = join(root, 'docs', 'permissions.md')
writeFileSync(file, await format(permissionReference(routes), { parser: 'markdown' }))
