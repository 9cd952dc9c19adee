// Sentences stand in the page, never here: [data-messages] carries them in the page's language.

const lang = () => document.documentElement.lang || undefined;

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(lang(), { maximumFractionDigits: digits }).format(value);

export const instant = (date) =>
  new Intl.DateTimeFormat(lang(), { dateStyle: 'medium', timeStyle: 'medium' }).format(date);

const written = (value) => (typeof value === 'number' ? number(value) : value);

/** message fills {name} in the sentence that the page keeps under key; '' where the page has none. */
export function message(key, values = {}) {
  const text = document.querySelector('[data-messages]')?.dataset[key] ?? '';
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? written(values[name]) : hole));
}

/** millis writes microseconds as the server writes a measured time. */
export const millis = (micros) =>
  `${(micros / 1000).toFixed(micros >= 1e5 ? 0 : micros >= 1e4 ? 1 : 2)} ms`;

/** duration writes whole seconds in the two largest units, as the server does: 11 min 43 s, 14일 3시간. */
export function duration(seconds) {
  const units = (document.documentElement.dataset.units || 'd|h|min|s| ').split('|');
  const left = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(left / 86400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
  let first = parts.findIndex((part) => part > 0);
  if (first < 0) first = 3;
  const amount = (part, at) => number(part) + (units[4] ?? ' ') + units[at];
  return parts
    .map((part, at) => (at === first || (at === first + 1 && part > 0) ? amount(part, at) : ''))
    .filter(Boolean)
    .join(' ');
}
