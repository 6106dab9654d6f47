// One endpoint.

import { Chart } from './chart.js';
import { count, duration, rate } from './format.js';
import { ResizeControl } from './resize.js';

/** Everything else is a reason to look: a client that closes before it has said a word is often a probe. */
const Fine = new Set(['accepted', 'completed', 'client_closed']);

const Refusal = 'Can\'t be changed here: the server listens beyond loopback and has no Admin:Token.';

export class Card {
  constructor(endpoint, readToken) {
    const card = document.getElementById('endpoint').content.cloneNode(true).firstElementChild;
    const find = selector => card.querySelector(selector);
    this.element = card;
    this.name = endpoint.name;
    this.pool = endpoint.pool;
    this.fields = Object.fromEntries([...card.querySelectorAll('[data-field]')].map(element => [element.dataset.field, element]));
    this.bar = find('.bar');
    this.outcomes = find('tbody');
    this.rateChart = new Chart(find('[data-chart=rate]'), this.fields.rateTop, [['second', false], ['main', true]]);
    this.slotsChart = new Chart(find('[data-chart=slots]'), this.fields.slotsTop, [['limit', false], ['main', true]]);
    this.control = new ResizeControl(find('form'), endpoint.pool, readToken);
    find('[type=number]').id = find('form label').htmlFor = `size-${endpoint.name}`;
    find('form').setAttribute('aria-label', `Size of the pool ${endpoint.pool}`);
    this.bar.setAttribute('aria-label', `Slots in use of the pool ${endpoint.pool}`);
    card.dataset.endpoint = endpoint.name;
    this.set('name', endpoint.name);
  }

  /** @param endpoint Its settings. @param sharers The names of the others in its pool. */
  describe(endpoint, sharers, resizing) {
    this.isShared = sharers.length > 0;
    this.set('urls', endpoint.urls.join(', '));
    this.set('settings', [endpoint.model, endpoint.work, endpoint.response, `${endpoint.whenFull} when full`].join(' · '));
    this.set('poolLabel', this.isShared ? `In use of pool ${endpoint.pool}, shared with ${sharers.join(', ')}`
      : endpoint.pool === endpoint.name ? 'In use' : `In use of pool ${endpoint.pool}`);
    this.control.allow(endpoint.adaptive !== null ? `Finds its own size, ${count(endpoint.adaptive.minimum)} to ${count(endpoint.adaptive.maximum)}.`
      : resizing === 'refused' ? Refusal : '');
  }

  /** @param samples Of the whole server, oldest first. */
  show(samples) {
    const own = samples.map(sample => sample.endpoints.find(endpoint => endpoint.name === this.name));
    const slots = samples.map(sample => sum(sample.endpoints.filter(endpoint => endpoint.pool.name === this.pool), endpoint => endpoint.pool.inUse));
    const times = samples.map(sample => sample.time);
    const now = own.at(-1);
    this.showPool(now, slots.at(-1));
    this.showFigures(now);
    this.showOutcomes(now);
    this.control.show(now.pool.size);
    this.set('sizeNote', now.pool.decision === null ? '' : explain(now.pool.decision));
    this.rateChart.draw(times, [own.map(endpoint => endpoint.acceptedPerSecond), own.map(completedPerSecond)], limit => `${count(limit)} /s`);
    this.slotsChart.draw(times, [own.map(endpoint => endpoint.pool.size), slots], count);
  }

  showPool({ pool: { size, inUse, isOverloaded } }, total) {
    const share = value => size === null ? 0 : Math.min(1, value / Math.max(1, size));
    this.set('inUse', count(total));
    this.set('size', size === null ? 'slots, unlimited' : `of ${count(size)} slots`);
    this.set('poolNote', [
      this.isShared ? `${count(inUse)} here` : '',
      size === null || total < size ? '' : size === 0 ? 'closed' : total > size ? `${count(total - size)} over, until they end` : 'full',
      isOverloaded ? 'overloaded' : '',
    ].filter(Boolean).join(', '));
    this.bar.classList.toggle('unlimited', size === null);
    this.bar.classList.toggle('full', size !== null && total >= size);
    this.bar.style.setProperty('--own-share', share(inUse));
    this.bar.style.setProperty('--others-share', share(total) - share(inUse));
    this.bar.setAttribute('aria-valuemax', Math.max(size ?? total, total, 1));
    this.bar.setAttribute('aria-valuenow', total);
  }

  showFigures(now) {
    this.set('completed', rate(completedPerSecond(now)));
    this.set('active', count(now.active));
    this.set('queued', count(now.pool.queued));
    this.set('backlog', now.backlog === null ? '–' : count(now.backlog));
    for (const name of ['p50', 'p99']) {
      const [value, unit] = duration(now[name]);
      this.set(name, value);
      this.set(`${name}Unit`, unit);
    }
  }

  /** The server sends completed first. Failed accepts are no outcome, but belong to what one looks for here. */
  showOutcomes(now) {
    const rows = [['accepted', now.accepted, rate(now.acceptedPerSecond)]];
    rows.push(...Object.entries(now.finished).map(([name, total]) => [name, total, rate(now.outcomesPerSecond[name] ?? 0)]));
    if (now.acceptErrors > 0) {
      rows.push(['failed accepts', now.acceptErrors, '']);
    }

    while (this.outcomes.rows.length > rows.length) {
      this.outcomes.deleteRow(-1);
    }

    rows.forEach(([name, total, perSecond], index) => {
      const row = this.outcomes.rows[index] ?? addRow(this.outcomes);
      const [head, totalCell, rateCell] = row.cells;
      row.className = name === 'completed' ? 'good' : Fine.has(name) ? '' : 'bad';
      setText(head, name);
      setText(totalCell, count(total));
      setText(rateCell, perSecond);
    });
  }

  set(field, text) {
    setText(this.fields[field], text);
  }
}

function completedPerSecond(endpoint) {
  return endpoint.outcomesPerSecond.completed ?? 0;
}

/** Why a pool that finds its own size has the one that it has. */
function explain({ reason, sizeBefore, size, sampleLatency, minimumLatency }) {
  const time = seconds => duration(seconds).join(' ').trim();
  return [
    `${reason.replaceAll('_', ' ')}, ${sizeBefore === size ? count(size) : `${count(sizeBefore)} to ${count(size)}`}`,
    sampleLatency === null ? '' : `the work takes ${time(sampleLatency)}`,
    minimumLatency === null ? '' : `at least ${time(minimumLatency)}`,
  ].filter(Boolean).join(', ');
}

function sum(items, select) {
  return items.reduce((total, item) => total + select(item), 0);
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function addRow(body) {
  const row = body.insertRow();
  const head = document.createElement('th');
  head.scope = 'row';
  row.append(head);
  row.insertCell();
  row.insertCell();
  return row;
}
