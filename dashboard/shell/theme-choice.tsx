import { Icon } from '../ui/icon.tsx'
import { words } from '../words/index.ts'
import { chooseTheme, theme, themes, type Theme } from './theme.ts'

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  const texts = words.shell.theme
  return (
    <label class="theme">
      <Icon name="sun" label={texts.label} />
      <select
        aria-label={texts.label}
        value={theme.value}
        onChange={({ currentTarget: { value } }) => {
          chooseTheme(value as Theme)
        }}
      >
        {themes.map((one) => (
          <option key={one} value={one} selected={one === theme.value}>
            {texts[one]}
          </option>
        ))}
      </select>
    </label>
  )
}
