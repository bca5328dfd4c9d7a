//! What an erasure takes out of the rows: everything personal of the subject, at the event that begins it. From there on
//! the rows are those of a rebuild after the keys are gone, where the events before it open as erased.

use hilo_journal::{ConsumerError, Position};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::schema::Schema;

/// A contact is the writer of exactly one chat and has its id, so the subject's rows are those of that chat. All of them
/// are written, whatever they hold: which ones held something is no longer known after the keys are gone.
pub(super) async fn blank(
    schema: &Schema,
    tx: &mut PgConnection,
    subject: Uuid,
    position: Position,
) -> Result<(), ConsumerError> {
    for statement in [CHAT, MESSAGES] {
        sqlx::query(&schema.sql(statement))
            .bind(subject)
            .bind(position.0)
            .execute(&mut *tx)
            .await?;
    }
    for statement in [RATINGS, ITEMS, OUTBOX, TEXTS, PERSON] {
        sqlx::query(&schema.sql(statement))
            .bind(subject)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Nothing is proven of somebody of whom nothing is known.
const CHAT: &str = "
    UPDATE {read}.chats SET contact_name = NULL, contact_email = NULL, contact_phone = NULL, contact_verified = false,
        contact_erased = true, handle = NULL, page_url = NULL, page_title = NULL,
        own = (SELECT coalesce(jsonb_object_agg(key, value || '{\"draft\": null}' || CASE WHEN value ? 'mentions' THEN
                jsonb_build_object('mentions', (SELECT jsonb_agg(mention || '{\"text\": null}' ORDER BY place)
                    FROM jsonb_array_elements(value->'mentions') WITH ORDINALITY AS m (mention, place)))
                ELSE '{}' END), '{}') FROM jsonb_each(own)),
        last_preview = CASE WHEN last_message_id IS NOT NULL THEN '' END, changed = $2, shared_changed = $2
    WHERE id = $1";

const MESSAGES: &str = "
    UPDATE {read}.messages SET text = NULL, attachments = '[]', comment = NULL, erased = true, changed = $2 WHERE chat_id = $1";

/// The score stays, the comment behind it goes.
const RATINGS: &str = "
    UPDATE {read}.acts SET detail = split_part(detail, E'\\n', 1) WHERE chat_id = $1 AND kind = 'rated'";

/// Nobody finds what nobody may read.
const TEXTS: &str = "
    UPDATE {read}.search_messages SET text = NULL, words = '' WHERE chat_id = $1 AND text IS NOT NULL";

const PERSON: &str = "DELETE FROM {read}.search_contacts WHERE chat_id = $1";

const ITEMS: &str = "
    UPDATE {read}.contact_items SET data = (data || '{\"text\": null}') - 'attachments'
    WHERE chat_id = $1 AND (data->>'text' IS NOT NULL OR data ? 'attachments')";

/// Without its text a message cannot be sent any more.
const OUTBOX: &str = "DELETE FROM {read}.outbox WHERE chat_id = $1";
