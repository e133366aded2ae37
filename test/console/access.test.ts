import t from 'tap'
import { diffOf } from '../../dashboard/pages/audit/diff.ts'
import {
  foundSettings,
  nameIn,
  sectionsOf,
  type Setting,
} from '../../dashboard/pages/settings/sections.ts'
import { browserOf } from '../../dashboard/pages/users/browser.ts'

t.test('a change is what is another after it', (t) => {
  const before = {
    role: 'viewer',
    disabled: false,
    at: { city: 'B', zip: 1 },
    old: 'x',
    tags: ['a'],
  }
  const after = { role: 'admin', disabled: false, at: { city: 'C', zip: 1 }, tags: ['a', 'b'] }
  t.strictSame(diffOf(before, after), [
    { path: 'role', kind: 'changed', before: 'viewer', after: 'admin' },
    { path: 'at.city', kind: 'changed', before: 'B', after: 'C' },
    { path: 'old', kind: 'removed', before: 'x', after: null },
    { path: 'tags', kind: 'changed', before: 'a', after: 'a, b' },
  ])
  t.end()
})

t.test('of what is new all is told that says something', (t) => {
  const after = {
    end: null,
    start: '2026-11-28T07:36:01.551Z',
    on: true,
    schedule: { cron: '@daily' },
  }
  t.strictSame(diffOf(null, after), [
    { path: 'start', kind: 'added', before: null, after: '2026-11-28 07:36:01 UTC' },
    { path: 'on', kind: 'added', before: null, after: 'true' },
    { path: 'schedule.cron', kind: 'added', before: null, after: '@daily' },
  ])
  t.strictSame(diffOf({ end: null }, { end: '' }), [
    { path: 'end', kind: 'changed', before: 'null', after: '""' },
  ])
  t.strictSame(diffOf({ a: { b: 1 } }, null), [
    { path: 'a.b', kind: 'removed', before: '1', after: null },
  ])
  t.strictSame(diffOf(null, null), [])
  t.end()
})

const setting = (key: string, changed = false): Setting => ({
  ...{ key, value: 1, by_default: 1, changed, secret_is_set: null },
  ...{ description: `About ${key}.`, unit: null, variable: `STORWARDEN_${key.toUpperCase()}` },
})

t.test('settings stand in their sections', (t) => {
  const [dir, host] = [setting('state_dir'), setting('listen.host')]
  const [cert, disks] = [setting('listen.tls.cert_file'), setting('collectors.disks.enabled')]
  const smart = setting('collectors.smart.enabled', true)
  const all = [dir, host, cert, disks, smart]
  t.strictSame(sectionsOf(all), [
    { name: null, settings: [dir] },
    { name: 'listen', settings: [host] },
    { name: 'listen.tls', settings: [cert] },
    { name: 'collectors', settings: [disks, smart] },
  ])
  t.equal(nameIn('collectors', disks.key), 'disks.enabled')
  t.equal(nameIn(null, dir.key), 'state_dir')
  t.strictSame(foundSettings(all, 'TLS cert', false), [cert])
  t.strictSame(foundSettings(all, '', true), [smart])
  t.end()
})

t.test('a session says which browser it is of', (t) => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML) Chrome/126.0.0.0 Safari/537.36'
  const safari =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML) Version/17.5 Mobile/15E148 Safari/604.1'
  t.equal(browserOf(chrome), 'Chrome 126, Linux')
  t.equal(browserOf(`${chrome} Edg/126.0.0.0`), 'Edge 126, Linux')
  t.equal(browserOf(safari), 'Safari 17, iOS')
  t.equal(browserOf('curl/7.88.1'), 'curl/7.88.1')
  t.equal(browserOf('storwarden-cli/1.0 (node)'), 'storwarden-cli/1.0')
  t.end()
})
