-- The read model: what the screens show, computed from the journal and thrown away at will.
-- Applied inside one PostgreSQL schema of its own; {read} is its name. Any change here makes another schema.
-- Indexes beside the primary keys are in indexes.sql, because a rebuild makes them when the rows are there.
-- Every column is a function of the events alone: no clock, no sequence, no default that differs between two runs.
-- Words come from types in code. Few CHECKs: PostgreSQL reads and plans each anew for every statement that writes the table.

-- How far the rows reach. `live`: queries are answered from this schema. A rebuild fills its own; when that goes live,
-- the one before retires in the same transaction and gets no more rows.
CREATE TABLE {read}.progress (
  one      boolean PRIMARY KEY DEFAULT true,  -- always true: one row
  position bigint  NOT NULL,
  stage    text    NOT NULL        -- filling, live or retired
);

-- A row of the inbox. `unopened`: described before the first message (B1), seen by nobody. `snoozed`: active, but put
-- aside (P13). `deleted`: for auditors alone (H4).
CREATE TABLE {read}.chats (
  id                   uuid PRIMARY KEY,
  channel_id           uuid,
  state                text NOT NULL,    -- unopened, active, snoozed, archived or deleted; all but the first have a channel and times
  contact_name         text,
  contact_email        text,
  contact_phone        text,
  contact_verified     boolean NOT NULL,
  handle               text,
  page_url             text,
  page_title           text,
  locale               text,
  unread               integer NOT NULL,
  unanswered           boolean NOT NULL,
  last_message_id      uuid,
  last_message_seq     bigint,
  last_direction       text,
  last_preview         text,
  last_at              timestamptz,
  last_author          jsonb,
  last_state           text,
  last_kind            text,             -- what the last message carries: image, audio, ... (C16)
  opened_at            timestamptz,
  last_activity        bigint NOT NULL,  -- position of the last event that moves the chat to the top
  last_activity_at     timestamptz,
  archived_at          timestamptz,
  archived_by          jsonb,
  last_seq             bigint NOT NULL,  -- last number of the contact's window
  message_count        bigint NOT NULL,  -- ever, not kept
  assignee_id          uuid,             -- the agent or bot who answers it
  assignee_bot         boolean NOT NULL,
  snoozed              bigint,           -- position of the event that put it aside, while it is (P13)
  snoozed_until        timestamptz,      -- without: until the contact writes
  tags                 jsonb NOT NULL,   -- a list of words, sorted (P4)
  priority             smallint NOT NULL,-- 0 low, 1 normal, 2 high, 3 urgent (P4)
  blocked              boolean NOT NULL, -- the contact is kept, but not heard (P21)
  contact_erased       boolean NOT NULL DEFAULT false, -- and did not write since (N12)
  starred_by           jsonb NOT NULL,   -- a list of agents, sorted (H2)
  own                  jsonb NOT NULL,   -- what each agent has in it for themselves: star, draft, mentions (H2, F8, P3)
  shared_changed       bigint NOT NULL,  -- position of the last event that is not one agent's own matter
  resumes_activity     bigint,           -- last_activity before it was archived: back when that is undone (N6)
  resumes_activity_at  timestamptz,
  channel_kind         text,
  direct               boolean NOT NULL, -- between two colleagues, not a group of them (A13)
  window_standard_until timestamptz,     -- until when anyone may write
  window_until         timestamptz,      -- until when people may (D7)
  window_policy        text,
  last_inbound_at      timestamptz,      -- comments do not count
  commented            boolean NOT NULL, -- the contact commented under a publication (E2)
  linked_client_id     uuid,             -- the client it was linked to
  client_id            uuid,             -- the client that stands for that one; none once that is deleted
  client_name          text,
  client_mark          text,
  client_owner         uuid,
  hidden               bigint NOT NULL,  -- position of its last deletion: agents see nothing up to there (H4)
  changed              bigint NOT NULL
);

-- The customer records that contacts are linked to. `root`: the record that stands for it after all merges, itself
-- mostly. Links go to the record that was chosen (`linked_client_id`), what a chat shows is its root's.
CREATE TABLE {read}.clients (
  id             uuid PRIMARY KEY,
  created        bigint NOT NULL,
  created_at     timestamptz NOT NULL,
  created_by     jsonb NOT NULL,
  details        jsonb NOT NULL,
  name           text,
  name_key       text COLLATE "C" NOT NULL,  -- what the list is sorted by
  phone_keys     text NOT NULL,              -- last digits of its numbers, with blanks between
  mark           text,                       -- vip or bad
  tags           jsonb NOT NULL,
  owner          uuid,
  do_not_disturb jsonb NOT NULL,
  deleted        boolean NOT NULL,
  merged_into    uuid,
  root           uuid NOT NULL,
  changed        bigint NOT NULL
);

-- The newest 500 messages of each chat (C3).
CREATE TABLE {read}.messages (
  chat_id           uuid NOT NULL,
  id                uuid NOT NULL,
  client_message_id uuid,
  position          bigint NOT NULL,
  direction         text NOT NULL,  -- inbound, outbound or internal
  author            jsonb NOT NULL,
  text              text,
  erased            boolean NOT NULL,
  attachments       jsonb NOT NULL,  -- files, places, cards (C16)
  state             text NOT NULL,  -- received, queued, uncertain, sent, failed, delivered or read
  failure           text,
  contact_seq       bigint NOT NULL,
  sent_at           timestamptz NOT NULL,
  delivered_at      timestamptz,
  read_at           timestamptz,
  edited_at         timestamptz,
  deleted_at        timestamptz,
  reactions         jsonb NOT NULL,
  quotes            uuid,            -- the message of this chat that it answers (C6)
  reply_to_comment  uuid,            -- the comment of this chat that it answers for everybody to read (E3)
  is_comment        boolean NOT NULL,
  comment           jsonb,           -- where a comment stands (E2)
  template_id       uuid,            -- the template that it was written with (H9)
  warnings          jsonb NOT NULL,  -- what stood against sending it, and did not stop it (G15)
  mentions          jsonb NOT NULL,  -- agents named in a note (P3)
  attempt           integer NOT NULL,
  accepted_at       timestamptz,
  terms             jsonb,
  changed           bigint NOT NULL,
  PRIMARY KEY (chat_id, id)
);

-- The text of every message and note, also of those that the thread no longer keeps (B12). `words`: see search/lexemes.rs.
CREATE TABLE {read}.search_messages (
  chat_id   uuid NOT NULL,
  id        uuid NOT NULL,
  position  bigint NOT NULL,
  at        timestamptz NOT NULL,
  direction text NOT NULL,
  text      text,
  words     tsvector NOT NULL,
  PRIMARY KEY (chat_id, id)
);

-- What the contact of each chat is found by (B13).
CREATE TABLE {read}.search_contacts (
  chat_id uuid PRIMARY KEY,
  words   tsvector NOT NULL
);

-- What each client is found by, merged ones too (B13, G1).
CREATE TABLE {read}.search_clients (
  client_id uuid PRIMARY KEY,
  words     tsvector NOT NULL
);

-- Rows of the timeline that are no messages: opened, closed, reopened, who joined, who answers, rating (C5).
CREATE TABLE {read}.acts (
  chat_id  uuid NOT NULL,
  position bigint NOT NULL,
  kind     text NOT NULL,
  actor    jsonb NOT NULL,
  detail   text,
  at       timestamptz NOT NULL,
  PRIMARY KEY (chat_id, position)
);

-- Chats by channel and mark, kept exact by every change of a chat's row (B2-B5).
CREATE TABLE {read}.counters (
  channel_id      uuid PRIMARY KEY,
  active          bigint NOT NULL,
  archived        bigint NOT NULL,
  unread          bigint NOT NULL,  -- active chats with unread messages: blue
  unanswered      bigint NOT NULL,  -- active chats read and unanswered: grey
  unread_messages bigint NOT NULL,  -- in active chats
  snoozed         bigint NOT NULL,  -- put aside, and counted nowhere else
  unassigned      bigint NOT NULL,  -- active chats that nobody in particular answers
  deleted         bigint NOT NULL,
  CHECK (least(active, archived, unread, unanswered, unread_messages, snoozed, unassigned, deleted) >= 0)
);

-- Chats of a channel by agent, kept as the counters are; a row without any ends.
CREATE TABLE {read}.agent_counters (
  agent_id   uuid NOT NULL,
  channel_id uuid NOT NULL,
  assigned   bigint NOT NULL,  -- active ones that they answer
  starred    bigint NOT NULL,  -- active ones that they starred
  mentioned  bigint NOT NULL,  -- a note there mentions them, and they have not seen it (P3)
  PRIMARY KEY (agent_id, channel_id),
  CHECK (least(assigned, starred, mentioned) >= 0)
);

-- Lists of chats by what few of them have: a tag, an agent's star, a mention of one. In the order of the inbox, by channel and state.
CREATE TABLE {read}.chat_labels (
  label         text COLLATE "C" NOT NULL,  -- `t` and the tag; `s` or `m` and the id of who starred it or is mentioned
  channel_id    uuid NOT NULL,
  state         text NOT NULL,
  last_activity bigint NOT NULL,
  chat_id       uuid NOT NULL,
  PRIMARY KEY (label, channel_id, state, last_activity, chat_id)
);

-- What the contact's own window shows, numbered without a gap.
CREATE TABLE {read}.contact_items (
  chat_id    uuid NOT NULL,
  seq        bigint NOT NULL,
  kind       text NOT NULL,
  message_id uuid,
  data       jsonb NOT NULL,
  position   bigint NOT NULL,
  at         timestamptz NOT NULL,
  PRIMARY KEY (chat_id, seq)
);

-- How many chats of a channel have each tag (P4); chats that nobody sees do not count.
CREATE TABLE {read}.tags (
  channel_id uuid NOT NULL,
  tag        text NOT NULL,
  chats      bigint NOT NULL CHECK (chats >= 0),
  PRIMARY KEY (channel_id, tag)
);

-- Messages that a messenger is to be given, until it is known what became of them. `epoch`: whose turn it was to give it.
CREATE TABLE {read}.outbox (
  chat_id    uuid NOT NULL,
  message_id uuid NOT NULL,
  channel_id uuid NOT NULL,
  position   bigint NOT NULL,
  attempt    integer NOT NULL,
  epoch      bigint,
  PRIMARY KEY (chat_id, message_id)
);

-- When what an agent or a group's members may see changed last: who resumes from before it must read afresh.
CREATE TABLE {read}.access (
  agent_id uuid PRIMARY KEY,  -- or the group's
  changed  bigint NOT NULL
);

-- Columns that no question asks by: the planner has nothing to learn from them, and looking at them takes longest. Its
-- statistics would be one more place that holds texts.
ALTER TABLE {read}.chats
  ALTER page_url SET STATISTICS 0, ALTER page_title SET STATISTICS 0, ALTER last_preview SET STATISTICS 0,
  ALTER last_author SET STATISTICS 0, ALTER archived_by SET STATISTICS 0, ALTER own SET STATISTICS 0;
ALTER TABLE {read}.messages
  ALTER author SET STATISTICS 0, ALTER text SET STATISTICS 0, ALTER attachments SET STATISTICS 0,
  ALTER failure SET STATISTICS 0, ALTER reactions SET STATISTICS 0, ALTER warnings SET STATISTICS 0,
  ALTER mentions SET STATISTICS 0, ALTER terms SET STATISTICS 0;
ALTER TABLE {read}.search_messages ALTER text SET STATISTICS 0;
ALTER TABLE {read}.acts ALTER actor SET STATISTICS 0, ALTER detail SET STATISTICS 0;
ALTER TABLE {read}.contact_items ALTER data SET STATISTICS 0;
ALTER TABLE {read}.clients
  ALTER details SET STATISTICS 0, ALTER created_by SET STATISTICS 0, ALTER do_not_disturb SET STATISTICS 0;

INSERT INTO {read}.progress (position, stage) VALUES (0, 'filling');
