import { useResource } from '../../live/resource.ts'
import { ask, place } from '../../shell/router.ts'
import { FilterSearch } from '../../ui/filters.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Badge } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { foundSettings, nameIn, sectionsOf, type Section, type Setting } from './sections.ts'
import './settings.css'

const texts = words.settings

/** The configuration in force, to be looked at. */
export default function SettingsPage() {
  const config = useResource('GET /config', {}, ['system'])
  return (
    <>
      <PageHead title={words.navigation.settings} />
      <p class="quiet">{texts.text}</p>
      <Shown of={config}>{({ settings }) => <All settings={settings} />}</Shown>
    </>
  )
}

function All({ settings }: { settings: readonly Setting[] }) {
  const { q = '', changed } = place.value.query
  const found = foundSettings(settings, q, changed === 'true')
  return (
    <>
      <div class="filters">
        <FilterSearch label={texts.search} />
        <label class="check">
          <input
            type="checkbox"
            checked={changed === 'true'}
            onChange={({ currentTarget: { checked } }) => {
              ask({ changed: checked ? 'true' : undefined })
            }}
          />
          {texts.onlyChanged(settings.filter((one) => one.changed).length)}
        </label>
        <span class="check quiet">{words.common.table.rows(found.length, settings.length)}</span>
      </div>
      {found.length === 0 && <Blank icon="search" title={texts.none} />}
      {sectionsOf(found).map((section) => (
        <SectionPanel key={section.name ?? ''} section={section} />
      ))}
    </>
  )
}

function SectionPanel({ section: { name, settings } }: { section: Section }) {
  return (
    <Panel title={name ?? texts.general}>
      <dl class="settings">
        {settings.map((setting) => (
          <div key={setting.key} class={setting.changed ? 'changed' : ''}>
            <dt>
              <code>{nameIn(name, setting.key)}</code>
              {setting.changed && <Badge tone="info">{texts.changed}</Badge>}
            </dt>
            <dd>
              <Current setting={setting} />
              <p class="quiet">
                <Described text={setting.description} />
              </p>
              <code class="variable" title={texts.variable}>
                {setting.variable}
              </code>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

function Current({ setting }: { setting: Setting }) {
  const { value, by_default: usual, changed, unit, secret_is_set: secret } = setting
  if (secret !== null) {
    return <p class={secret ? '' : 'quiet'}>{secret ? texts.secretSet : texts.secretNotSet}</p>
  }
  return (
    <p class="setting-value">
      <strong>{said(value, unit)}</strong>{' '}
      {changed && <small>{texts.byDefault(said(usual, unit))}</small>}
    </p>
  )
}

function said(value: unknown, unit: string | null): string {
  if (value === null || value === undefined || value === '') return texts.empty
  if (typeof value === 'boolean') return value ? words.common.yes : words.common.no
  if (Array.isArray(value)) {
    return value.length === 0 ? texts.emptyList : value.map((one) => said(one, null)).join(', ')
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return unit === null ? text : `${text} ${unit}`
}

/** What stands between backticks is something to type. */
function Described({ text }: { text: string }) {
  return (
    <>
      {text
        .split('`')
        .map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
    </>
  )
}
