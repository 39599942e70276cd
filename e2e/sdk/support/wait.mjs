// What another process does comes a moment later.
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 20_000;
const PAUSE = 25;

/** Asks again until `look` gives something that `isThere`; gives that. */
export async function until(look, isThere) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (Date.now() > end) throw new Error(`it never came to that; last: ${JSON.stringify(seen, null, 2)}`);
    await pause(PAUSE);
  }
}
