// The pages in the order of the rail, each with the key that goes there after `g`.

export const pages = [
  { path: '/', name: 'Watch', key: 'w', icon: 'M8 2v6l4 2M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z' },
  { path: '/inbox', name: 'Inbox', key: 'n', icon: 'M2 9l2-6h8l2 6v4H2V9Zm0 0h4l1 2h2l1-2h4' },
  { path: '/tasks', name: 'Tasks', key: 't', icon: 'M3 4h1M3 8h1M3 12h1M7 4h6M7 8h6M7 12h6' },
  { path: '/agents', name: 'Agents', key: 'a', icon: 'M4 6h8v7H4zM8 6V3M6.5 9v1M9.5 9v1' },
  { path: '/gates', name: 'Gates', key: 'g', icon: 'M3 14V4M13 14V4M3 6h10M3 10h10M8 6v4' },
  {
    path: '/holds',
    name: 'Holds',
    key: 'h',
    icon: 'M4 2h8M4 14h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12',
  },
  {
    path: '/incidents',
    name: 'Incidents',
    key: 'i',
    icon: 'M8 2 1.8 13.5h12.4L8 2Zm0 5v3M8 11.6v.4',
  },
  {
    path: '/convoys',
    name: 'Convoys',
    key: 'c',
    icon: 'M1.5 8h4v4h-4zM6 8h4v4H6zM10.5 8h4v4h-4zM3.5 8V5h9v3',
  },
  { path: '/locks', name: 'Locks', key: 'l', icon: 'M4 7h8v6H4zM5.5 7V5a2.5 2.5 0 0 1 5 0v2' },
  { path: '/calm', name: 'Calm', key: 'm', icon: 'M11 9.5A5 5 0 1 1 7 2.6a4 4 0 0 0 4 6.9Z' },
  {
    path: '/accounts',
    name: 'Accounts',
    key: 'u',
    icon: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3.5 13.5c.5-3 8.5-3 9 0',
  },
  {
    path: '/schedules',
    name: 'Schedules',
    key: 'd',
    icon: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5',
  },
  { path: '/effects', name: 'Effects', key: 'e', icon: 'M2 8h9M8 5l3 3-3 3M13.5 3v10' },
  {
    path: '/hosts',
    name: 'Hosts',
    key: 'o',
    icon: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.1M5 11h.1',
  },
  { path: '/spend', name: 'Spend', key: 's', icon: 'M3 13V8M6.5 13V4M10 13V9M13.5 13V6' },
  { path: '/facts', name: 'Facts', key: 'f', icon: 'M3 3h10v10H3zM5.5 6h5M5.5 8.5h5M5.5 11h3' },
] as const
