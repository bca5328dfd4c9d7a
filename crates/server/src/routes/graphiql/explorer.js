// Starts GraphiQL over POST and the socket, as who is signed in in this browser.
"use strict";

const socket = location.origin.replace(/^http/, "ws") + "/graphql";
const fetcher = GraphiQL.createFetcher({ url: "/graphql", subscriptionUrl: socket });
const defaultQuery = `# Sign in at /sign-in first: strangers may not read the schema.
query Inbox {
  viewer { agent { name } role }
  counters { active unread unanswered }
  chats(filter: { state: ACTIVE }, first: 20) {
    nodes { id mark unreadCount contact { name } lastMessage { text at } }
    position
  }
}
`;
const root = ReactDOM.createRoot(document.getElementById("explorer"));
root.render(React.createElement(GraphiQL, { fetcher, defaultQuery }));
