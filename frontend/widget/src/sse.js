// Reads server-sent events out of a fetched body: EventSource cannot carry a token in a header.

/** Gives a function that takes pieces of text and calls `emit({id, data})` for each whole event. */
export function createParser(emit) {
  let rest = "";
  let id;
  let data = [];
  return (chunk) => {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (data.length) emit({ id, data: data.join("\n") });
        id = undefined;
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      else if (line.startsWith("id:")) id = line.slice(3).trim();
    }
  };
}
