// What a cycle of tape and of SCST costs at its largest: asking, decoding, a snapshot of it, and every number that is
// exported. Files are read from a directory that is laid out like sysfs, and devices are answered for out of recordings,
// so that neither side has the kernel's time for a SCSI command. The peer starts a tool for each question, as a script
// does: the real ones with /dev/null for a device, and what they printed when it was recorded is parsed. scstadmin is in
// no package of Debian: in its stead a walk in Perl, with its modules, over the same files.
import { join } from 'node:path'
import type { Collector } from '../src/collectors/collector.ts'
import { collectors } from '../src/collectors/index.ts'
import type { Host } from '../src/host/host.ts'
import { LinuxHost } from '../src/host/linux-host.ts'
import { nativeOrNone } from '../src/host/load-native.ts'
import { packageRoot } from '../src/package.ts'
import { openCycle, openRecording } from './support/appliance.ts'
import { LargeLibrary, withLibrary } from './support/large-library.ts'
import { interleave } from './support/measure.ts'
import { scstTree } from './support/scst-tree.ts'
import { printTable, ratio, type Cell } from './support/table.ts'
import {
  mtxText,
  notingTools,
  parseToolText,
  recordedText,
  recordedTimes,
  startingCpuMs,
} from './support/tools.ts'
import { isOfTape, layOutTree, treeHost, type TreeFile } from './support/tree-host.ts'

const ELEMENTS = 20_000
const SCST = { targets: 50, lunsPerTarget: 40, sessionsPerTarget: 10 }
const ROUNDS = 5
const TOOL_ROUNDS = 3
const SCST_WALK = join(packageRoot, 'bench/peers/scst-walk.pl')
const SCST_TREE = '/sys/kernel/scst_tgt'

const native = nativeOrNone((message) => process.stdout.write(`${message}\n`))
const machine = new LinuxHost({ native })
const alive = setInterval(() => undefined, 1_000)
try {
  await measureTape()
  await measureScst()
} finally {
  clearInterval(alive)
  await machine.stop()
}

async function measureTape(): Promise<void> {
  const { changers, tape_drives, tape_health } = collectors
  const rows: Cell[][] = []
  const recorded: Cell[][] = []
  const still = new LargeLibrary(ELEMENTS)
  const printed = { mtx: mtxText(ELEMENTS) }
  for (const { name, recording, subjects, scsi, texts } of [
    {
      name: '10 drives, 3 changers',
      recording: '03-tape-moves',
      subjects: [changers, tape_drives, tape_health],
      scsi: (others: Host['scsi']) => others,
      texts: {},
    },
    {
      name: `${ELEMENTS} elements`,
      recording: '11-big-library',
      subjects: [changers],
      scsi: (others: Host['scsi']) => withLibrary([still], '/dev/sg35', others),
      texts: printed,
    },
    {
      name: 'the same, each time others empty',
      recording: '11-big-library',
      subjects: [changers],
      scsi: (others: Host['scsi']) =>
        withLibrary([still, new LargeLibrary(ELEMENTS, 2)], '/dev/sg35', others),
      texts: printed,
    },
  ]) {
    const replay = openRecording(recording)
    const noting = notingTools(scsi((...words) => replay.scsi(...words)))
    const files = [...replay.recording.files].filter(([path]) => isOfTape(path))
    const { ms, asked, tools } = await ourCycle(files, subjects as Collector<unknown>[], noting)
    const said = tools.map((argv) => {
      const [tool = ''] = argv
      return [tool, (texts as Record<string, string>)[tool] ?? recordedText(replay.recording, argv)]
    })
    const parsing = await interleave([
      { name: 'parse', run: () => said.map(([tool = '', text = '']) => parseToolText(tool, text)) },
    ])
    const starting = startingCpuMs(tools, TOOL_ROUNDS)
    const parsed = parsing.get('parse')?.cpuMs ?? Number.NaN
    rows.push([
      ...[name, asked.length, ms, tools.length, starting, parsed],
      ratio(ms, starting + parsed),
    ])
    const times = recordedTimes(recording)
    const sum = (values: readonly (number | undefined)[]) =>
      values.reduce<number>((all, value) => all + (value ?? 0), 0)
    const theirs = sum(
      tools.map(([tool = '']) => times.tools.get(tool) ?? times.tools.get('sg_inq')),
    )
    const ours = sum(asked.map(({ operation }) => times.commands.get(operation)))
    recorded.push([name, ours, theirs, ratio(ours, theirs)])
  }
  printTable(
    'A tape cycle, CPU ms',
    ['what', 'commands', 'ours', 'tools', 'starting them', 'parsing', 'ours to both'],
    rows,
  )
  printTable(
    'What their commands and tools took when they were recorded, in an emulator, ms',
    ['what', 'commands', 'tools', 'ratio'],
    recorded,
  )
}

async function measureScst(): Promise<void> {
  const { scst, scst_sessions, scst_commands } = collectors
  const files = scstTree(openRecording('12-large-scst').recording, SCST)
  const noting = notingTools(() => Promise.reject(new Error('nothing is asked by SCSI')))
  const subjects = [scst, scst_sessions, scst_commands] as Collector<unknown>[]
  const walk = (root: string, ...parts: string[]) =>
    parts.map((part) => ['perl', SCST_WALK, join(root, SCST_TREE), part])
  const spent = { lists: 0, config: 0 }
  const { ms } = await ourCycle(files, subjects, noting, (root) => {
    // -list_device, -list_target and -list_sessions; the last has attributes.
    spent.lists = startingCpuMs(walk(root, 'names', 'names', 'sessions'), TOOL_ROUNDS)
    spent.config = startingCpuMs(walk(root, 'all'), TOOL_ROUNDS)
  })
  const { targets, lunsPerTarget, sessionsPerTarget } = SCST
  printTable(
    `SCST: ${targets * lunsPerTarget} LUNs, ${targets * sessionsPerTarget} sessions, CPU ms`,
    ['what', 'CPU ms', 'ours to it'],
    [
      ['ours', ms, ''],
      ['-list_device, -list_target, -list_sessions', spent.lists, ratio(ms, spent.lists)],
      [
        'and -write_config, for attributes',
        spent.lists + spent.config,
        ratio(ms, spent.lists + spent.config),
      ],
    ],
  )
}

/** Our CPU for a cycle in ms, what it asked, and the tools that ask the same. `look` is given the tree. */
async function ourCycle(
  files: Iterable<TreeFile>,
  subjects: readonly Collector<unknown>[],
  noting: ReturnType<typeof notingTools>,
  look: (root: string) => void = () => undefined,
) {
  const tree = layOutTree(files)
  try {
    const isInTree = (path: string) => path.startsWith('/sys/')
    const host = treeHost({ machine, tree, isInTree, scsi: noting.scsi, runs: false })
    const cycle = await openCycle(host, subjects)
    for (const failure of cycle.failures()) process.stdout.write(`${failure}\n`)
    noting.forget()
    const run = async () => {
      await cycle.collect()
      return cycle.numbers()
    }
    await run()
    const [asked, tools] = [[...noting.asked], [...noting.tools]]
    const spent = await interleave([{ name: 'ours', run }], ROUNDS)
    cycle.stop()
    look(tree.root)
    return { ms: spent.get('ours')?.cpuMs ?? Number.NaN, asked, tools }
  } finally {
    tree.remove()
  }
}
