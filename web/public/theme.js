// The theme before the first paint, so that nobody is blinded at two in the morning.
const wanted = localStorage.getItem('theme')
const dark = wanted ? wanted === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
document.documentElement.dataset.theme = dark ? 'dark' : 'light'
