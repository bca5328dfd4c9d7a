// The form before the chat: what is asked, and what an answer says. The answers are claims that nobody proves.

/** How a kind of question is asked: its element, its attributes. The lengths are the server's. */
const KINDS = {
  name: ["input", { autocomplete: "name", maxlength: 100 }],
  email: ["input", { type: "email", autocomplete: "email", maxlength: 254 }],
  phone: ["input", { type: "tel", autocomplete: "tel", maxlength: 32 }],
  question: ["textarea", { rows: 3, maxlength: 1000 }],
};

/** What was filled in, as `{claims, question}`; empty answers are none. */
export function answered(values) {
  const { question, ...claims } = Object.fromEntries(Object.entries(values).filter(([, value]) => value));
  return { claims: Object.keys(claims).length ? claims : undefined, question };
}

/** Builds the form into `form`; `done({claims, question})` hears what was filled in. */
export function ask({ form, fields, words, h, done }) {
  const inputs = {};
  for (const { asks, required } of fields) {
    const [element, attributes] = KINDS[asks] ?? [];
    if (!element) continue;
    inputs[asks] = h(element, { ...attributes, name: asks, required, dir: "auto" });
    form.append(h("label", {}, h("span", {}, words[asks], !required && h("small", {}, ` (${words.optional})`)), inputs[asks]));
  }
  form.append(h("button", { class: "primary" }, words.begin));
  form.setAttribute("aria-label", words.begin);
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    for (const input of Object.values(inputs)) input.value = input.value.trim();
    // The browser's own check ran over the spaces too.
    if (form.reportValidity()) done(answered(Object.fromEntries(Object.entries(inputs).map(([asks, { value }]) => [asks, value]))));
  });
}
