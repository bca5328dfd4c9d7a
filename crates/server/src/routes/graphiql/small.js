// The explorer for a build without GraphiQL: one query, one answer.
"use strict";

const form = document.getElementById("form");
const query = document.getElementById("query");
const variables = document.getElementById("variables");
const answer = document.getElementById("answer");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const body = JSON.stringify({ query: query.value, variables: JSON.parse(variables.value || "{}") });
    const headers = { "content-type": "application/json", accept: "application/json" };
    const response = await fetch("/graphql", { method: "POST", headers, body });
    answer.textContent = JSON.stringify(await response.json(), null, 2);
  } catch (error) {
    answer.textContent = String(error);
  }
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
