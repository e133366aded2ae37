import { useLoaded } from '../../live/resource.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Shown } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { diffLines, type Difference } from './parts.ts'

const texts = words.consistency.adopt

interface AdoptProps {
  check: Difference['check']
  onDone: () => void
  onClose: () => void
}

/** Makes what is live what ought to be. Shows before what that is. */
export function AdoptDialog({ check, onDone, onClose }: AdoptProps) {
  const body = { strategy: 'adopt_live' as const, checks: [check] }
  const would = useLoaded(
    (signal) =>
      ask('POST /monitoring/consistency/reconcile', { body: { ...body, dry_run: true } }, signal),
    [check],
  )
  const submit = async () => {
    const done = await ask('POST /monitoring/consistency/reconcile', {
      body: { ...body, dry_run: false },
    })
    say(texts.done(done.remembered, done.forgotten))
    onDone()
  }
  return (
    <FormDialog
      title={texts.title(words.consistency.checks[check])}
      verb={texts.verb}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{texts.text}</p>
      <Shown of={would}>
        {({ remembered, forgotten, files }) => (
          <>
            <p>{texts.counts(remembered, forgotten)}</p>
            {files.length === 0 && <p class="quiet">{texts.noFiles}</p>}
            {files.map(({ path, text }) => (
              <div key={path}>
                <p>
                  {texts.files}: <code>{path}</code>
                </p>
                <Diff text={text} />
              </div>
            ))}
          </>
        )}
      </Shown>
    </FormDialog>
  )
}

/** Lines of a file with those to be added and to be taken away. */
export function Diff({ text }: { text: string }) {
  return (
    <pre class="data diff" tabIndex={0}>
      {diffLines(text).map(({ sign, line }, index) => (
        <span key={index} class={sign === '+' ? 'added' : sign === '-' ? 'removed' : ''}>
          {sign}
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}
