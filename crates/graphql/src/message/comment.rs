//! Where a comment stands on its platform. Shows what the journal holds, as it is.

use async_graphql::Object;
use hilo_domain::chat::CommentPlace;

/// Where a comment stands.
pub struct Comment(pub CommentPlace);

/// Where a comment stands under a publication.
#[Object]
impl Comment {
    /// What the platform calls the comment.
    fn comment_id(&self) -> &str {
        &self.0.comment_id
    }

    /// What it calls the publication.
    fn post_id(&self) -> &str {
        &self.0.post_id
    }

    /// What it calls the comment that this one answers; null directly below the publication.
    fn parent_id(&self) -> Option<&str> {
        self.0.parent_id.as_deref()
    }

    /// Where one sees it in a browser: an http or https address.
    fn permalink(&self) -> Option<&str> {
        self.0.permalink.as_deref()
    }

    /// How the publication begins.
    fn post_text(&self) -> Option<&str> {
        self.0.post_text.as_deref()
    }
}
