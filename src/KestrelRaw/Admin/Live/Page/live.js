import { Card } from './card.js';
import { clock, span } from './format.js';
import { follow } from './stream.js';

const Kept = 120;
const States = { ready: 'Ready', draining: 'Draining', 'not ready': 'Not ready' };

const get = id => document.getElementById(id);
let server = null;
let cards = [];
let samples = [];

follow((event, data) => {
  switch (event) {
    case 'server':
      describe(data);
      break;
    case 'history':
      samples = data;
      show();
      break;
    case 'sample':
      samples = [...samples, data].slice(-Kept);
      show();
      break;
  }
}, lose);

function describe(description) {
  const names = endpoints => JSON.stringify(endpoints.map(({ name, pool }) => [name, pool]));
  if (server === null || names(server.endpoints) !== names(description.endpoints)) {
    cards = description.endpoints.map(endpoint => new Card(endpoint, () => get('token').value));
    get('endpoints').replaceChildren(...cards.map(card => card.element));
  }

  server = description;
  get('version').textContent = server.version;
  get('token-form').hidden = server.resizing !== 'token';
  server.endpoints.forEach((endpoint, index) => {
    const sharers = server.endpoints.filter(other => other !== endpoint && other.pool === endpoint.pool).map(other => other.name);
    cards[index].describe(endpoint, sharers, server.resizing);
  });
}

function show() {
  const now = samples.at(-1);
  if (now === undefined) {
    return;
  }

  find();
  setState(now.state, now.reasons);
  get('uptime').textContent = span(now.time - server.startedAt);
  get('seen').textContent = clock(now.time);
  cards.forEach(card => card.show(samples));
}

/** Screen readers hear a state when it changes, not every second. */
function setState(state, reasons = []) {
  const text = States[state] ?? state;
  if (get('state').textContent !== text) {
    get('state').textContent = text;
    get('state').dataset.state = state;
    document.title = state === 'ready' ? 'KestrelRaw' : `${text}: KestrelRaw`;
  }

  const list = get('reasons');
  if (list.innerText !== reasons.join('\n')) {
    list.hidden = reasons.length === 0;
    list.replaceChildren(...reasons.map(reason => Object.assign(document.createElement('li'), { textContent: reason })));
  }
}

function lose(reason) {
  const lost = get('lost');
  if (lost.hidden) {
    get('lost-since').textContent = clock(Date.now());
    lost.hidden = false;
    document.body.classList.add('is-lost');
    setState('Unknown');
  }

  get('lost-reason').textContent = reason;
}

function find() {
  get('lost').hidden = true;
  document.body.classList.remove('is-lost');
}

get('token-form').addEventListener('submit', event => event.preventDefault());
