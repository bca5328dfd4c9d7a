-- Indexes of the read model beside the primary keys. A rebuild makes them after the bulk of the rows: in one go that is
-- several times cheaper than row by row. Part of the hash, as schema.sql is.

CREATE INDEX IF NOT EXISTS chats_by_activity ON {read}.chats (state, last_activity DESC, id DESC);
CREATE INDEX IF NOT EXISTS chats_by_channel ON {read}.chats (channel_id, state, last_activity DESC, id DESC);
CREATE INDEX IF NOT EXISTS chats_by_change ON {read}.chats (changed);
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_position ON {read}.messages (chat_id, position);
CREATE INDEX IF NOT EXISTS messages_by_change ON {read}.messages (changed);
-- What a receipt may still move forward.
CREATE INDEX IF NOT EXISTS messages_under_way ON {read}.messages (chat_id, contact_seq) WHERE state IN ('queued', 'delivered');
CREATE INDEX IF NOT EXISTS acts_by_change ON {read}.acts (position);
CREATE INDEX IF NOT EXISTS contact_items_by_change ON {read}.contact_items (position);
-- Items whose text is blanked when the message is edited or taken back.
CREATE INDEX IF NOT EXISTS contact_items_of_message ON {read}.contact_items (chat_id, message_id) WHERE data->>'text' IS NOT NULL;
-- What time does: snoozes that end, and chats that close by themselves.
CREATE INDEX IF NOT EXISTS chats_by_snooze ON {read}.chats (snoozed_until, id) WHERE snoozed_until IS NOT NULL;
CREATE INDEX IF NOT EXISTS chats_by_idle_time ON {read}.chats (last_activity_at, id) WHERE state = 'active' AND snoozed IS NULL;
-- What waits to be given to a messenger, channel by channel.
CREATE INDEX IF NOT EXISTS outbox_by_channel ON {read}.outbox (channel_id, position);
CREATE INDEX IF NOT EXISTS chats_by_client ON {read}.chats (client_id, last_activity DESC, id DESC) WHERE client_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS chats_by_linked_client ON {read}.chats (linked_client_id) WHERE linked_client_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS clients_by_name ON {read}.clients (name_key, id) WHERE NOT deleted AND merged_into IS NULL;
CREATE INDEX IF NOT EXISTS clients_by_phone ON {read}.clients USING gin (string_to_array(phone_keys, ' '));
CREATE INDEX IF NOT EXISTS clients_by_root ON {read}.clients (root);
CREATE INDEX IF NOT EXISTS clients_merged ON {read}.clients (merged_into) WHERE merged_into IS NOT NULL;
-- Looked through from the newest on: words that are in many messages are found there.
CREATE INDEX IF NOT EXISTS search_messages_by_position ON {read}.search_messages (position);
-- The list of words that wait for the index is read by every search. It is merged beside the projector, every second; a
-- batch of rows does it itself, and is slow for that, only where it grows beyond 2 MB all the same.
CREATE INDEX IF NOT EXISTS search_messages_by_word ON {read}.search_messages USING gin (words) WITH (gin_pending_list_limit = 2048);
CREATE INDEX IF NOT EXISTS search_contacts_by_word ON {read}.search_contacts USING gin (words) WITH (gin_pending_list_limit = 2048);
CREATE INDEX IF NOT EXISTS search_clients_by_word ON {read}.search_clients USING gin (words) WITH (gin_pending_list_limit = 2048);
-- The newest records are looked through before the index is asked.
CREATE INDEX IF NOT EXISTS clients_by_age ON {read}.clients (created DESC, id);
-- The lists of single conditions: each holds only the chats that fulfil it.
CREATE INDEX IF NOT EXISTS chats_unread ON {read}.chats (channel_id, state, last_activity DESC, id DESC) WHERE unread > 0;
CREATE INDEX IF NOT EXISTS chats_unanswered ON {read}.chats (channel_id, state, last_activity DESC, id DESC) WHERE unread = 0 AND unanswered;
CREATE INDEX IF NOT EXISTS chats_assigned ON {read}.chats (assignee_id, state, last_activity DESC, id DESC) INCLUDE (channel_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS chats_unassigned ON {read}.chats (channel_id, state, last_activity DESC, id DESC) WHERE assignee_id IS NULL;
CREATE INDEX IF NOT EXISTS chats_prioritized ON {read}.chats (channel_id, state, last_activity DESC, id DESC) WHERE priority <> 1;
CREATE INDEX IF NOT EXISTS chats_of_clients ON {read}.chats (channel_id, state, last_activity DESC, id DESC) WHERE client_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS chats_owned ON {read}.chats (client_owner, channel_id, state, last_activity DESC, id DESC) WHERE client_owner IS NOT NULL;
CREATE INDEX IF NOT EXISTS chats_by_time ON {read}.chats (last_activity_at) INCLUDE (last_activity);
