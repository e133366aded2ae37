// Writes docs/configuration.md from the schema of the configuration.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { configurationReference } from '../dist/src/config/reference.js'
import { root } from './steps/root.mjs'

const file = join(root, 'docs', 'configuration.md')
writeFileSync(file, await format(configurationReference(), { parser: 'markdown' }))
