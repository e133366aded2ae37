import type { TArray, TObject } from 'typebox'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import t from 'tap'
import { kinds } from '../../src/api/hardware/kinds.ts'
import { routes } from '../../src/api/routes/index.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { hardwareOf } from '../support/hardware.ts'
import { openRecording } from '../support/recording.ts'
import { snapshotOfRecording } from '../support/recording-snapshot.ts'
import { applianceOf, ToldFleet } from '../support/told-fleet.ts'

const database = await openTestDatabase(t)
const fleet = new ToldFleet()
const api = await startTestApi(database, await makeStateDirectory(t), { fleet })
t.teardown(() => api.stop())
const { list, get } = await hardwareOf(api)

const ajv = new Ajv2020({ allErrors: true, strict: false })
addFormats.default(ajv)

for (const name of ['01-steady', '06-scst-degraded', '07-raid-degraded-and-full', '08-no-scst']) {
  t.test(
    `the objects of ${name} have the documented shape and can be asked for one by one`,
    async (t) => {
      api.show(await snapshotOfRecording(name))
      for (const kind of kinds) {
        const { items, total, state } = await list(kind.name)
        t.equal(total, items.length, `${kind.name} is ${state}`)
        const path = `/api/v1/hardware/${kind.name}`
        const schemaOf = (wanted: string) =>
          routes.find((route) => route.path === wanted)?.answers[200]?.schema as TObject
        const strict = (schema: object) => ajv.compile({ ...schema, additionalProperties: false })
        const validate = strict((schemaOf(path).properties.items as TArray).items)
        t.equal(new Set(items.map(({ id }) => id)).size, items.length, `${kind.name}: ids`)
        for (const item of items) {
          t.ok(
            validate(item),
            `${kind.name}/${String(item.id)}: ${ajv.errorsText(validate.errors)}`,
          )
        }
        const [first] = items
        if (!first) continue
        const { body } = await get(kind.name, String(first.id))
        const validateOne = strict(schemaOf(`${path}/:id`))
        t.ok(validateOne(body), `one of ${kind.name}: ${ajv.errorsText(validateOne.errors)}`)
        const more = kind.detail ? { loads: [], verdict: null } : {}
        t.strictSame(body, { ...first, ...more })
      }
    },
  )
}

t.test('a recording tells what stands in it', async (t) => {
  api.show(await snapshotOfRecording('01-steady'))
  const targets = await list('targets')
  const evidence = openRecording('01-steady')
  const drivers = await evidence.list('/sys/kernel/scst_tgt/targets')
  const names: string[] = []
  for (const driver of drivers) {
    if (driver === 'copy_manager') continue
    const folder = `/sys/kernel/scst_tgt/targets/${driver}`
    for (const target of await evidence.list(folder)) {
      if (await evidence.exists(`${folder}/${target}/luns`)) names.push(`${driver}/${target}`)
    }
  }
  t.strictSame(targets.items.map(({ id }) => id).sort(), names.sort())
  t.ok(names.length > 0)
  t.match(targets, { state: 'read', error: null })
})

t.test('what an appliance told of its hardware is shown as it would show it itself', async (t) => {
  for (const name of ['01-steady', '04-tapealert', '07-raid-degraded-and-full']) {
    const snapshot = await snapshotOfRecording(name)
    api.show(snapshot)
    fleet.add(applianceOf('tape-01'), snapshot.readings)
    for (const kind of kinds) {
      const own = await list(`${kind.name}?appliance=_own`)
      const told = await list(`${kind.name}?appliance=tape-01`)
      // Since when one alone could not be read is known there.
      const shown = ({ items, ...rest }: typeof own) => ({
        ...rest,
        items: items.map((item) => ({ ...item, appliance: null, failed_since: null })),
      })
      t.strictSame(shown(told), shown(own), `${name} ${kind.name}`)
    }
  }
  await fleet.forget('tape-01')
})
