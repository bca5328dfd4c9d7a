// What outlives the page: in the frame's own storage when the browser lets us, else in memory.

/** `{read(name), write(name, value)}` below one prefix; `undefined` removes. */
export function createStore(prefix, storage = tryStorage()) {
  const memory = new Map();
  return {
    read(name) {
      try {
        const kept = storage ? storage.getItem(prefix + name) : memory.get(name);
        return kept ? JSON.parse(kept) : undefined;
      } catch {
        return memory.has(name) ? JSON.parse(memory.get(name)) : undefined;
      }
    },
    write(name, value) {
      try {
        if (value === undefined) memory.delete(name);
        else memory.set(name, JSON.stringify(value));
        if (value === undefined) storage?.removeItem(prefix + name);
        else storage?.setItem(prefix + name, memory.get(name));
      } catch {
        // Full or forbidden: what is in memory must do.
      }
    },
  };
}

// Third-party storage may be blocked; merely naming it then throws.
function tryStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
