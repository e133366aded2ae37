import t from 'tap'
import { RecordingNotes } from '../../src/host/recording-notes.ts'
import { readRecording } from '../../src/host/recording.ts'
import { Secrets } from '../../src/host/redact.ts'

t.test('secrets do not get into a recording', (t) => {
  const cases: [string, string][] = [
    ['  IncomingUser "joe 12charsecret1"\n', '  IncomingUser "joe REDACTED"\n'],
    ['IncomingUser "joe" "x"', 'IncomingUser "joe" "REDACTED"'],
    ['IncomingUser "joe se"cr\'et"', 'IncomingUser "joe REDACTED"'],
    ['\tOutgoingUser1 jim other.secret\n', '\tOutgoingUser1 jim REDACTED\n'],
    ['IncomingUser    joe secret    Yes\n', 'IncomingUser    joe REDACTED    Yes\n'],
    ['"MESSAGE":"IncomingUser \\"joe x\\""', '"MESSAGE":"IncomingUser \\"joe REDACTED\\""'],
    [
      'scstadmin -add_drv_attr iscsi -attributes IncomingUser="joe x" -noprompt',
      'scstadmin -add_drv_attr iscsi -attributes IncomingUser="joe REDACTED" -noprompt',
    ],
    [
      'add_target_attribute iqn.x IncomingUser joe x',
      'add_target_attribute iqn.x IncomingUser joe REDACTED',
    ],
    ['node.session.auth.password = a,b&c', 'node.session.auth.password = REDACTED'],
    ['node.session.auth.password_in = x\n', 'node.session.auth.password_in = REDACTED\n'],
    [
      'iscsiadm -m node -o update -n node.session.auth.password -v x',
      'iscsiadm -m node -o update -n node.session.auth.password -v REDACTED',
    ],
    ['{"password":"a b","user":"u"}', '{"password":"REDACTED","user":"u"}'],
    ['{"password":"a\\"b","user":"u"}', '{"password":"REDACTED","user":"u"}'],
    ['{"MESSAGE":"password=\\"a b\\"!"}', '{"MESSAGE":"password=\\"REDACTED\\"!"}'],
    ['{"password":null,"token":5}', '{"password":null,"token":5}'],
    [
      '//nas/x /mnt cifs username=u,password=p,rw 0 0',
      '//nas/x /mnt cifs username=u,password=REDACTED,rw 0 0',
    ],
    ['mount -o user=u,pass=p,rw', 'mount -o user=u,pass=REDACTED,rw'],
    ['backup --password geheim --full', 'backup --password REDACTED --full'],
    ['login --password-stdin --quiet', 'login --password-stdin --quiet'],
    ['MYSQL_PWD=x PGPASSWORD=y PWD=/root', 'MYSQL_PWD=REDACTED PGPASSWORD=REDACTED PWD=/root'],
    ['postgres://u:p@db/x', 'postgres://u:REDACTED@db/x'],
    ['postgres://u:p@/q@db/x', 'postgres://u:REDACTED@db/x'],
    ['netroot=iscsi:u:p@10.0.0.1::3260', 'netroot=iscsi:u:REDACTED@10.0.0.1::3260'],
    ['Authorization: Bearer abc', 'Authorization: Bearer REDACTED'],
    ['DHHC-1:00:c2VjcmV0:', 'DHHC-1:00:REDACTED:'],
    ['curl -u jo:x http://h/', 'curl -u jo:REDACTED http://h/'],
    ['ipmitool -U admin -P x sel', 'ipmitool -U admin -P REDACTED sel'],
    ['snmpget -v2c -c x h', 'snmpget -v2c -c REDACTED h'],
    ['iSCSIParameters IncomingUser\n', 'iSCSIParameters IncomingUser\n'],
    [
      'attributes available: IncomingUser, OutgoingUser',
      'attributes available: IncomingUser, OutgoingUser',
    ],
    ['systemd-ask-password-wall.path - Forward', 'systemd-ask-password-wall.path - Forward'],
  ]
  const none = new Secrets()
  for (const [text, expected] of cases) t.equal(none.inText(text), expected)

  const target = '/sys/kernel/scst_tgt/targets/iscsi/iqn.x'
  const session = '/sys/class/iscsi_session/session1'
  const files: [string, string, string][] = [
    [`${target}/IncomingUser`, 'joe secret\n[key]\n', 'joe REDACTED\n[key]\n'],
    [`${target}/OutgoingUser1`, 'jim secret\n', 'jim REDACTED\n'],
    [`${session}/password`, 'geheim\n', 'REDACTED\n'],
    [`${session}/password`, '(null)\n', '(null)\n'],
    ['/sys/class/nvme/nvme0/dhchap_secret', 'DHHC-1:00:x:\n', 'REDACTED\n'],
    ['/sys/class/nvme/nvme0/dhchap_ctrl_secret', 'none\n', 'none\n'],
  ]
  for (const [path, text, expected] of files) t.equal(none.inFile(path, text), expected, path)
  t.end()
})

t.test('a secret that is kept in one place is not told in another either', async (t) => {
  const notes = new RecordingNotes()
  const secrets = ['in-the-file-1', 'in-sysfs-1234', 'of-the-session', 'in-latin-1-file']
  notes.file('/etc/scst.conf', 'content', { content: `\tIncomingUser "jo ${secrets[0]}"\n` })
  notes.file('/sys/kernel/scst_tgt/targets/iscsi/OutgoingUser', 'content', {
    content: `jo ${secrets[1]}\n[key]\n`,
  })
  notes.file('/sys/class/iscsi_session/session1/password', 'content', {
    content: `${secrets[2]}\n`,
  })
  const latin1 = Buffer.from(`# f\xfcr jo\nIncomingUser "jo ${secrets[3]}"\n`, 'latin1')
  notes.file('/etc/scst.conf.old', 'content', { contentBase64: latin1.toString('base64') })
  const stdout = secrets.map((secret) => `iscsi-scst: jo, ${secret}: refused\n`).join('')
  notes.command(['dmesg'], { stdout })
  const directory = t.testdir({})
  await notes.write(directory, {
    name: 'redacted',
    description: '',
    recordedAt: new Date('2026-01-02T03:04:05Z'),
    recordSeconds: 1,
    kernel: '',
    os: '',
    tools: {},
    recorder: 'test',
    anonymize: false,
  })

  const { files, commands } = readRecording(directory)
  const told = [...(commands?.values() ?? [])].map(({ stdout }) => stdout)
  t.strictSame(told, ['iscsi-scst: jo, REDACTED: refused\n'.repeat(4)])
  const old = files.get('/etc/scst.conf.old')?.contentBase64 ?? ''
  t.equal(
    Buffer.from(old, 'base64').toString('latin1'),
    '# f\xfcr jo\nIncomingUser "jo REDACTED"\n',
  )
})
