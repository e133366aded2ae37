// Writes deploy/grafana/dashboard.json from the families that are exported; --print writes to standard output.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { dashboardOf } from './grafana/dashboard.mjs'
import { rows } from './grafana/rows.mjs'
import { root } from './steps/root.mjs'

const text = await format(JSON.stringify(dashboardOf(rows)), { parser: 'json', printWidth: 100 })
if (process.argv.includes('--print')) process.stdout.write(text)
else writeFileSync(join(root, 'deploy', 'grafana', 'dashboard.json'), text)
