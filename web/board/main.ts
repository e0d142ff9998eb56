import '../shared/base.css'
import { mount } from 'svelte'
import { i18n } from '../shared/i18n.svelte'
import App from './App.svelte'

await i18n.start()
mount(App, { target: document.getElementById('app')! })
