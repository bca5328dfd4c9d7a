// The four languages say the same things, and a visitor gets theirs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { MORE } from "../src/more-words.js";
import { languages, wordsFor } from "../src/words.js";

test("every language has every word", () => {
  for (const all of [languages, MORE]) {
    const wanted = Object.keys(all.en).sort();
    assert.deepEqual(Object.keys(all), Object.keys(languages));
    for (const [language, words] of Object.entries(all)) {
      assert.deepEqual(Object.keys(words).sort(), wanted, language);
      for (const [name, word] of Object.entries(words)) assert.ok(word.trim(), `${language}.${name}`);
    }
  }
});

test("the first language there are words for is taken, else English", () => {
  assert.equal(wordsFor([null, "de-AT", "pl_PL", "fr"]).language, "pl");
  assert.equal(wordsFor([null, "de-AT", "pl_PL", "fr"]).locale, "pl-PL");
  assert.equal(wordsFor(["de"]).language, "en");
});
