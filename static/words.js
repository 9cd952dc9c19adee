// Sentences stand in the page, never here: [data-messages] carries them in the page's language.

const lang = () => document.documentElement.lang || undefined;

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(lang(), { maximumFractionDigits: digits }).format(value);

/** instant writes a moment as the server does, in this machine's time: 2026-11-26 10:01:45. */
export function instant(date) {
  const two = (part) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())];
  const hour = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two);
  return `${day.join('-')} ${hour.join(':')}`;
}

const written = (value) => (typeof value === 'number' ? number(value) : value);

/** message fills {name} in the sentence that the page keeps under key; '' where the page has none. */
export function message(key, values = {}) {
  const text = document.querySelector('[data-messages]')?.dataset[key] ?? '';
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? written(values[name]) : hole));
}

const units = () => (document.documentElement.dataset.units || 'd|h|min|s| |ms').split('|');

/** millis writes microseconds as the server writes a measured time. */
export function millis(micros) {
  const digits = micros >= 1e5 ? 0 : micros >= 1e4 ? 1 : micros >= 10 || micros <= 0 ? 2 : 3;
  return `${(micros / 1000).toFixed(digits)} ${units()[5]}`;
}

/** duration writes whole seconds in the two largest units, as the server does: 11 min 43 s, 14일 3시간. */
export function duration(seconds) {
  const words = units();
  const left = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(left / 86400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
  let first = parts.findIndex((part) => part > 0);
  if (first < 0) first = 3;
  const amount = (part, at) => number(part) + words[4] + words[at];
  return parts
    .map((part, at) => (at === first || (at === first + 1 && part > 0) ? amount(part, at) : ''))
    .filter(Boolean)
    .join(' ');
}
