//! A comment under a publication: where it stands, and what that may be (E2). Decides nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// Longest id that a platform gives a comment or a publication, in bytes.
pub const COMMENT_ID: usize = 512;
/// Longest address of a comment, in characters.
const ADDRESS: usize = 2048;
/// As much of the publication's own words as is kept, in characters.
const POST_TEXT: usize = 300;

/// Where a comment stands on its platform.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentPlace {
    /// What the platform calls the comment.
    pub comment_id: String,
    /// What it calls the publication that the comment is under.
    pub post_id: String,
    /// The comment that this one answers, if it answers one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// Where one sees it in a browser: an `http` or `https` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// How the publication begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_text: Option<String>,
}

impl CommentPlace {
    /// The place as it is stored: what cannot be right is left out, because it must not stop the comment.
    #[must_use]
    pub fn clean(self) -> Self {
        let is_id = |id: &String| (1..=COMMENT_ID).contains(&id.len()) && !id.contains('\0');
        // Facebook names the publication as the parent of what stands directly below it.
        let parent = self.parent_id.filter(|parent| *parent != self.post_id);
        let address = self.permalink.as_deref().map(str::trim);
        Self {
            parent_id: parent.filter(is_id),
            permalink: address.filter(|it| is_address(it)).map(str::to_owned),
            post_text: self
                .post_text
                .and_then(|words| text::attribute(&words, POST_TEXT)),
            comment_id: self.comment_id,
            post_id: self.post_id,
        }
    }
}

impl fmt::Debug for CommentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommentPlace(..)")
    }
}

/// Nothing that a browser would run: it becomes a link.
fn is_address(address: &str) -> bool {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme);
    let is_web = scheme
        .is_some_and(|it| it.eq_ignore_ascii_case("https") || it.eq_ignore_ascii_case("http"));
    let is_line = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    is_web && is_line && address.chars().count() <= ADDRESS
}
