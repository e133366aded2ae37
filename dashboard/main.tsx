import { render } from 'preact'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/parts.css'
import './style/tables.css'
import './style/told.css'
import './style/dialogs.css'
import './style/charts.css'
import { App } from './app.tsx'
import { applyTheme } from './shell/theme.ts'
import { watchTouches } from './wire/attended.ts'

const root = document.getElementById('app')
if (root === null) throw new Error('the page has no element "app"')
applyTheme()
watchTouches(window)
render(<App />, root)
