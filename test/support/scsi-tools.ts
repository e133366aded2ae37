/** The command line tool that asks a generic node the same as a command does. */
export function toolFor(device: string, cdb: Uint8Array): string[] {
  const [operation = 0, evpd = 0, code = 0, subpage = 0] = cdb
  const tools: Readonly<Record<number, string[]>> = {
    0x00: ['sg_turs', device],
    0x03: ['sg_requests', device],
    0x12: ['sg_inq', ...(evpd === 1 ? [`--page=${code}`] : []), device],
    0x4d: ['sg_logs', `--page=${code & 0x3f},${subpage}`, '--maxlen=65535', device],
    0x8c: ['sg_read_attr', device],
    0xb8: ['mtx', '-f', device, 'status'],
  }
  const bytes = [...cdb].map((byte) => byte.toString(16))
  return tools[operation] ?? ['sg_raw', '--request=65535', device, ...bytes]
}
