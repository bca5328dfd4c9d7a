// Numbers of a WebAssembly file: unsigned LEB128.

// A reader of the numbers in `bytes`: of the place where one begins it gives the value and the place behind it.
export const numbers = (bytes) => (at) => {
  let [value, shift] = [0, 1];
  for (;;) {
    const byte = bytes[at++];
    value += (byte & 127) * shift;
    shift *= 128;
    if (byte < 128) return [value, at];
  }
};

// The bytes of a number.
export const written = (value) => {
  const out = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    out.push(value > 0 ? low | 128 : low);
  } while (value > 0);
  return Buffer.from(out);
};
