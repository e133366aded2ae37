import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { loadNative } from '../../src/host/load-native.ts'
import { packageRoot } from '../../src/package.ts'
import { noNative } from '../support/native.ts'

const ADDON = 'native-bindings/build/Release/storwarden.node'

t.test('the addon is found from the sources and from the build', { skip: noNative() }, (t) => {
  for (const program of ['src/host', 'dist/src/host']) {
    const loaded = loadNative(join(packageRoot, program))
    t.ok('native' in loaded && loaded.native.busy() === 0, program)
  }
  t.ok('native' in loadNative(), 'and from where the program is')
  t.end()
})

t.test('where it was never built, it is said how to', (t) => {
  const root = t.testdir({ bin: { 'g++': '', make: '', python3: '' }, other: { make: '' } })
  const missing = (path: string) => {
    const loaded = loadNative(join(root, 'src/host'), path)
    return 'missing' in loaded ? loaded.missing : 'found'
  }
  const compilers = join(root, 'bin')
  t.equal(missing(`/nowhere:${compilers}`), `${ADDON} was never built: npm run build`)
  const install = 'apt-get install g++ make python3, then npm run build'
  t.equal(
    missing(join(root, 'other')),
    `${ADDON} was never built: there is no g++, no python3; ${install}`,
  )
  t.end()
})

t.test('one that is no addon does not stop the program', (t) => {
  const root = t.testdir({ 'native-bindings': { build: { Release: { 'storwarden.node': 'x' } } } })
  const loaded = loadNative(join(root, 'src/host'))
  t.match(loaded, { missing: /^\/.*storwarden\.node cannot be loaded \(.+\): npm run build$/ })
  t.end()
})

t.test('nor does one of an older program', { skip: noNative() }, (t) => {
  const root = t.testdir({ 'addon.c': OLDER })
  const addon = join(root, ADDON)
  mkdirSync(dirname(addon), { recursive: true })
  const headers = join(dirname(dirname(process.execPath)), 'include/node')
  const words = ['-x', 'c', '-shared', '-fPIC', '-I', headers, '-o', addon, join(root, 'addon.c')]
  t.equal(spawnSync('g++', words, { encoding: 'utf8' }).stderr, '')
  t.strictSame(loadNative(join(root, 'dist/src/host')), {
    missing:
      `${addon} is older than the program, without sgIo, read, readAttributes, uevents, notify, peerOf, ` +
      'takeListener, sendEach, tcpListeners: npm run build',
  })
  t.end()
})

/** An addon that can tell of busy threads, and nothing else. */
const OLDER = `
#include <node_api.h>
static napi_value busy(napi_env env, napi_callback_info info) { (void)env; (void)info; return NULL; }
napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "busy", NAPI_AUTO_LENGTH, busy, NULL, &function);
  napi_set_named_property(env, exports, "busy", function);
  return exports;
}
`
