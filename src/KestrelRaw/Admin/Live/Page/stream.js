// The server's events, over fetch: unlike EventSource it can say why the server refused.

/** An event comes every second; after so long without one the connection is taken for lost. */
const Silence = 5_000;
const Pause = 1_000;

/**
 * Follows the server for ever. A hidden page closes its stream: a browser has only six connections for a host, and the
 * history fills the gap when somebody looks again.
 */
export async function follow(onEvent, onLost) {
  for (;;) {
    await shown();
    const reason = await read(onEvent);
    if (!document.hidden) {
      onLost(reason);
      await new Promise(resolve => setTimeout(resolve, Pause));
    }
  }
}

/** Until the stream ends; says why it did. */
async function read(onEvent) {
  const abort = new AbortController();
  const leave = () => document.hidden && abort.abort('the page is hidden');
  let watch;
  const listen = () => {
    clearTimeout(watch);
    watch = setTimeout(() => abort.abort(`nothing came for ${Silence / 1000} s`), Silence);
  };
  document.addEventListener('visibilitychange', leave);
  try {
    listen();
    const response = await fetch('api/live', { signal: abort.signal, cache: 'no-store' });
    if (!response.ok) {
      return `it answered ${response.status}, ${(await response.text()).trim() || response.statusText}`;
    }

    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return 'it has ended the stream';
      }

      listen();
      const events = (text + value).split('\n\n');
      text = events.pop();
      events.forEach(event => dispatch(event, onEvent));
    }
  } catch (error) {
    return abort.signal.aborted ? abort.signal.reason : `it can't be reached (${error.message})`;
  } finally {
    clearTimeout(watch);
    abort.abort();
    document.removeEventListener('visibilitychange', leave);
  }
}

function dispatch(event, onEvent) {
  const field = name => event.split('\n').find(line => line.startsWith(`${name}: `))?.slice(name.length + 2);
  onEvent(field('event'), JSON.parse(field('data')));
}

function shown() {
  return new Promise(resolve => {
    const look = () => {
      if (!document.hidden) {
        document.removeEventListener('visibilitychange', look);
        resolve();
      }
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}
