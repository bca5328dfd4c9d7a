// What the visitor did and the server has not confirmed: kept until it is, sent in order, each under its
// own id for ever, so that sending again has no second effect. Must not know the DOM.

// Small enough that a batch never takes the whole of a visitor's rate.
const BATCH = 10;

/**
 * `store` keeps a JSON value; `post(events)` answers `{ok, results?, retryAfter?, refused?}`;
 * `settled(event, result)` hears each verdict; `wait(ms)` pauses.
 */
export function createOutbox({ store, post, settled, wait }) {
  const events = store.read() ?? [];
  let running = false;
  let nudge = () => {};

  // Another tab may have written meanwhile: add and take away, never overwrite.
  const keep = (event) => store.write([...(store.read() ?? []).filter((e) => e.client_event_id !== event.client_event_id), event]);
  const forget = (id) => store.write((store.read() ?? []).filter((e) => e.client_event_id !== id));

  function add(event) {
    events.push(event);
    keep(event);
    flush();
  }

  /** Sends until nothing is left; called again while it waits for the network, it cuts the wait short. */
  async function flush() {
    nudge();
    if (running) return;
    running = true;
    let failures = 0;
    let size = BATCH;
    while (events.length) {
      const batch = events.slice(0, size);
      const answer = await post(batch);
      let pause = answer.retryAfter;
      if (answer.ok) {
        failures = 0;
        size = BATCH;
        pause = take(batch, answer.results ?? []);
        if (!pause) continue;
      } else if (answer.refused) {
        // One event may have spoilt the batch: find it by sending them one by one.
        if (batch.length > 1) size = 1;
        else judge(batch[0], { status: "rejected", error: answer.refused });
        continue;
      }
      failures += 1;
      if (pause) await wait(pause);
      else await Promise.race([wait(backoff(failures)), new Promise((go) => (nudge = go))]);
    }
    running = false;
  }

  /** Drops what was judged; gives the pause in ms when the rest was told to come later. */
  function take(batch, results) {
    for (const [index, event] of batch.entries()) {
      const result = results[index] ?? { status: "rejected", error: { code: "unknown" } };
      if (result.error?.code === "rate_limited") return (result.error.retry_after ?? 3) * 1000;
      judge(event, result);
    }
    return 0;
  }

  function judge(event, result) {
    drop(event);
    settled(event, result);
  }

  function drop(event) {
    const at = events.indexOf(event);
    if (at >= 0) events.splice(at, 1);
    forget(event.client_event_id);
  }

  return { add, flush, events };
}

/** Milliseconds before try number `failures + 1`, doubled each time, with jitter so that many do not come at once. */
export function backoff(failures, random = Math.random) {
  const longest = Math.min(30_000, 500 * 2 ** Math.min(failures, 10));
  return longest / 2 + random() * (longest / 2);
}
