import fc from 'fast-check'
import t from 'tap'
import { parseScstConfig } from '../../src/scst/config.ts'
import type { ScstConfig } from '../../src/scst/config.ts'

t.test('what is written as scstadmin writes it reads back the same', (t) => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.:_*?-]{0,12}$/)
  const value = fc.stringMatching(/^[a-zA-Z0-9/#\\._:=-][a-zA-Z0-9 /#._:=-]{0,20}$/)
  const attribute = fc.record({ name: fc.stringMatching(/^[a-z][a-z_]{0,9}$/), value })
  const attributes = fc.array(attribute, { maxLength: 3 })
  const unique = <T>(item: fc.Arbitrary<T>, key: (item: T) => unknown) =>
    fc.uniqueArray(item, { maxLength: 3, selector: key })
  const named = fc.record({ name, attributes })
  const byName = ({ name: key }: { name: string }) => key
  const luns = unique(fc.record({ lun: fc.nat(16383), device: name, attributes }), ({ lun }) => lun)
  const group = fc.record({ name, attributes, luns, initiators: unique(named, byName) })
  const target = fc.record({ name, attributes, luns, groups: unique(group, byName) })
  const config = fc.record({
    attributes,
    handlers: unique(fc.record({ name, attributes, devices: unique(named, byName) }), byName),
    drivers: unique(fc.record({ name, attributes, targets: unique(target, byName) }), byName),
    alua: fc.constant([]),
    deviceGroups: fc.constant([]),
  })
  fc.assert(
    fc.property(config, (tree) => {
      // Trees of fast-check have no prototypes.
      t.strictSame(parseScstConfig(written(tree)), JSON.parse(JSON.stringify(tree)))
    }),
    { numRuns: 60 },
  )
  t.end()
})

/** scstadmin's serializeKeyAttr and escapeMeta: backslash and # escaped, values with blanks quoted. */
function written({ attributes, handlers, drivers }: ScstConfig): string {
  const block = (head: string, ...body: string[]) =>
    body.join('') === '' ? `${head}\n` : `${head} {\n${body.join('')}}\n\n`
  const values = (list: ScstConfig['attributes']) =>
    list
      .map(({ name, value }) => {
        const escaped = String(value).replace(/([\\#])/g, '\\$1')
        return `${name} ${escaped.includes(' ') ? `"${escaped}"` : escaped}\n`
      })
      .join('')
  const luns = (list: ScstConfig['drivers'][number]['targets'][number]['luns']) =>
    list.map((lun) => block(`LUN ${lun.lun} ${lun.device}`, values(lun.attributes))).join('')
  const each = (
    keyword: string,
    list: readonly { name: string; attributes: ScstConfig['attributes'] }[],
  ) => list.map((item) => block(`${keyword} ${item.name}`, values(item.attributes))).join('')
  return [
    values(attributes),
    ...handlers.map((handler) =>
      block(`HANDLER ${handler.name}`, values(handler.attributes), each('DEVICE', handler.devices)),
    ),
    ...drivers.map((driver) =>
      block(
        `TARGET_DRIVER ${driver.name}`,
        values(driver.attributes),
        ...driver.targets.map((target) =>
          block(
            `TARGET ${target.name}`,
            values(target.attributes),
            luns(target.luns),
            ...target.groups.map((group) =>
              block(
                `GROUP ${group.name}`,
                values(group.attributes),
                luns(group.luns),
                each('INITIATOR', group.initiators),
              ),
            ),
          ),
        ),
      ),
    ),
  ].join('')
}
