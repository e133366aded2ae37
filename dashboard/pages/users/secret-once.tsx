import { useRef, useState } from 'preact/hooks'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { words } from '../../words/index.ts'

const texts = words.users.secretOnce

interface SecretOnceProps {
  title: string
  secret: string
  onClose: () => void
}

/** A secret that is shown this once, to be copied. */
export function SecretOnce({ title, secret, onClose }: SecretOnceProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [said, setSaid] = useState<string | null>(null)
  const copy = async () => {
    frame.current?.querySelector('input')?.select()
    // Browsers lend the clipboard to secure pages only.
    try {
      await navigator.clipboard.writeText(secret)
      setSaid(words.common.actions.copied)
    } catch {
      setSaid(texts.copyByHand)
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{texts.text}</p>
      <div ref={frame} class="secret-once">
        <TextField label={texts.label} value={secret} readOnly spellcheck={false} />
        <button type="button" class="primary" onClick={() => void copy()}>
          {words.common.actions.copy}
        </button>
      </div>
      <p class="hint" role="status">
        {said}
      </p>
      <footer class="dialog-foot">
        <button type="button" onClick={onClose}>
          {texts.done}
        </button>
      </footer>
    </Dialog>
  )
}
