// The control that changes a pool's size.

import { count } from './format.js';

export class ResizeControl {
  constructor(form, pool, readToken) {
    this.pool = pool;
    this.readToken = readToken;
    this.fields = form.querySelector('fieldset');
    this.number = form.querySelector('[type=number]');
    this.unlimited = form.querySelector('[type=checkbox]');
    this.message = form.querySelector('output');
    this.size = undefined;
    this.isEdited = false;
    form.addEventListener('input', () => this.edit());
    form.addEventListener('keydown', event => event.key === 'Escape' && this.reset());
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.apply();
    });
  }

  /** @param refusal Why nothing may be changed; empty when it may. */
  allow(refusal) {
    this.fields.disabled = refusal !== '';
    this.message.classList.remove('bad');
    this.message.textContent = refusal;
  }

  /** What the server says. It goes into the fields unless somebody is about to change them. */
  show(size) {
    const isNew = size !== this.size;
    this.size = size;
    if (isNew && !this.isEdited) {
      this.reset();
    }
  }

  edit() {
    this.isEdited = true;
    this.number.disabled = this.unlimited.checked;
    this.say('');
  }

  reset() {
    this.isEdited = false;
    this.unlimited.checked = this.size === null;
    this.number.disabled = this.size === null;
    this.number.value = this.size ?? '';
  }

  async apply() {
    const size = this.unlimited.checked ? null : this.number.valueAsNumber;
    if (size !== null && !Number.isFinite(size)) {
      this.say('A number, 0 or more; or tick unlimited.', true);
      this.number.focus();
      return;
    }

    const headers = { 'Content-Type': 'application/json' };
    const token = this.readToken();
    if (token !== '') {
      headers.Authorization = `Bearer ${token}`;
    }

    this.say('Applying…');
    try {
      const response = await fetch(`api/pools/${encodeURIComponent(this.pool)}`, {
        method: 'PUT', headers, body: JSON.stringify({ size }), signal: AbortSignal.timeout(10_000),
      });
      if (response.ok) {
        this.isEdited = false;
        this.say(size === null ? 'Unlimited now.' : `Size is ${count(size)} now.`);
      } else {
        this.say(`Not changed: ${await explain(response)}`, true);
      }
    } catch (error) {
      this.say(`Not changed, as far as is known: ${error.message}`, true);
    }
  }

  say(text, isBad = false) {
    this.message.classList.toggle('bad', isBad);
    this.message.textContent = text;
  }
}

/** The server's own words; but those about the token are for programs. */
async function explain(response) {
  if (response.status === 401) {
    return 'the token is missing or wrong.';
  }

  const text = (await response.text()).trim();
  try {
    const { errors, detail, title } = JSON.parse(text);
    return errors ? Object.entries(errors).map(([key, faults]) => `${key} ${faults.join('; ')}`).join('; ') : detail ?? title ?? text;
  } catch {
    return text || `${response.status} ${response.statusText}`;
  }
}
