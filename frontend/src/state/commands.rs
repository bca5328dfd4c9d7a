//! The command bar: what there is to choose from and how it is found. Must not do what is chosen.

use super::sorted;
use crate::i18n::lower;
use crate::ui::keys::table::Act;

/// What the bar is open for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Every act, every chat, every client.
    Everything,
    /// Whom to give these chats to.
    Assign(Vec<String>),
    /// What to tag these chats with.
    Tag(Vec<String>),
    /// Until when to put these chats aside.
    Snooze(Vec<String>),
}

/// What happens when a line is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// An act of the table.
    Act(Act),
    /// Opens a chat.
    Chat(String),
    /// Opens a client.
    Client(String),
    /// Gives the chats to somebody (id, name), or to nobody.
    Assign(Option<(String, String)>),
    /// Tags the chats.
    Tag(String),
    /// Puts the chats aside until a moment (RFC 3339), or until the contact writes.
    Snooze(Option<String>),
    /// Asks the server again.
    Again,
}

/// One line of the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is shown and searched.
    pub words: String,
    /// Shown beside it: a key, a channel, a moment.
    pub beside: String,
    /// What it does.
    pub choice: Choice,
}

/// The lines that match what was typed, best first: every word must begin a word of the line, or be inside it; those
/// whose first word matches come first. Their order is kept otherwise.
pub fn matching(typed: &str, lines: &[Line]) -> Vec<Line> {
    let wanted: Vec<String> = plain(typed).split_whitespace().map(str::to_owned).collect();
    let mut found = Vec::new();
    for line in lines {
        if let Some(rank) = rank(&wanted, &plain(&line.words)) {
            sorted::put(&mut found, (rank, line), &|one, other| one.0 < other.0);
        }
    }
    found.into_iter().map(|(_, line)| line.clone()).collect()
}

fn rank(wanted: &[String], words: &str) -> Option<u8> {
    let begins = |word: &String| words.split_whitespace().any(|own| own.starts_with(word));
    let first = wanted.first().is_none_or(|word| words.starts_with(word));
    if wanted.iter().all(begins) {
        Some(if first { 0 } else { 1 })
    } else if wanted.iter().all(|word| words.contains(word)) {
        Some(2)
    } else {
        None
    }
}

/// Small letters without the marks that people leave out when they hurry.
pub fn plain(text: &str) -> String {
    lower(text)
        .chars()
        .map(|letter| match letter {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'ą' => 'a',
            'ç' | 'ć' => 'c',
            'è' | 'é' | 'ê' | 'ë' | 'ę' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ł' => 'l',
            'ñ' | 'ń' => 'n',
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
            'ś' => 's',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            'ź' | 'ż' => 'z',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &str) -> Line {
        Line {
            words: words.to_owned(),
            beside: String::new(),
            choice: Choice::Tag(words.to_owned()),
        }
    }

    fn found(typed: &str, lines: &[&str]) -> Vec<String> {
        let lines: Vec<Line> = lines.iter().map(|words| line(words)).collect();
        matching(typed, &lines)
            .into_iter()
            .map(|line| line.words)
            .collect()
    }

    #[test]
    fn p11_the_best_match_comes_first() {
        let lines = ["Reopen", "Open the chat", "Go to chats", "Copen"];
        assert_eq!(
            found("open", &lines),
            ["Open the chat", "Reopen", "Copen"],
            "begins with it, then has it inside"
        );
        assert_eq!(found("ch go", &lines), ["Go to chats"]);
        assert_eq!(found("", &lines), lines, "nothing typed: all of them");
    }

    #[test]
    fn p11_accents_may_be_left_out() {
        assert_eq!(found("jose", &["José"]), ["José"]);
        assert_eq!(found("łod", &["Lodz"]), ["Lodz"]);
        assert_eq!(found("xyz", &["José"]), Vec::<String>::new());
    }
}
