//! The one table of acts: what each is called, which keys do it, and where it makes sense. The sheet, the command bar
//! and the tooltips are made from it. Must not do anything.

use crate::i18n::{Key, t};

/// What a key or the command bar does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Next,
    Previous,
    First,
    Last,
    PageUp,
    PageDown,
    Open,
    New,
    NewColleagues,
    Delete,
    Transcript,
    Write,
    Search,
    Archive,
    Assign,
    AssignToMe,
    Unassign,
    Star,
    Unread,
    Tag,
    Snooze,
    Select,
    SelectAll,
    Undo,
    FoldList,
    FoldDetails,
    GoChats,
    GoArchived,
    GoClients,
    GoTemplates,
    GoSettings,
    GoEmployees,
    GoMine,
    Theme,
    Back,
    CommandBar,
    Sheet,
    SignOut,
}

/// Where an act makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On every page.
    Everywhere,
    /// In the section Chats.
    Chats,
    /// While there is a chat to act on: chosen, focused or open.
    Chat,
}

impl Place {
    /// The heading of the acts that belong here.
    pub fn words(self) -> Key {
        match self {
            Self::Everywhere => Key::KeysEverywhere,
            Self::Chats => Key::KeysChats,
            Self::Chat => Key::KeysChat,
        }
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Keys that do it; two after another are written `g c`, with Ctrl or Cmd `Mod+k`. None: the command bar only.
    pub keys: &'static [&'static str],
    /// What it does, in words.
    pub words: Key,
    /// What it does.
    pub act: Act,
    /// Where.
    pub place: Place,
}

const fn bind(keys: &'static [&'static str], words: Key, act: Act, place: Place) -> Binding {
    Binding {
        keys,
        words,
        act,
        place,
    }
}

/// Every act.
pub const TABLE: [Binding; 38] = [
    bind(
        &["Mod+k"],
        Key::KeyCommandBar,
        Act::CommandBar,
        Place::Everywhere,
    ),
    bind(&["?"], Key::KeySheet, Act::Sheet, Place::Everywhere),
    bind(&["/"], Key::KeySearch, Act::Search, Place::Everywhere),
    bind(&["n"], Key::KeyNew, Act::New, Place::Everywhere),
    bind(
        &[],
        Key::KeyNewColleagues,
        Act::NewColleagues,
        Place::Everywhere,
    ),
    bind(&["z"], Key::KeyUndo, Act::Undo, Place::Everywhere),
    bind(&["Escape"], Key::KeyBack, Act::Back, Place::Everywhere),
    bind(&["g c"], Key::KeyGoChats, Act::GoChats, Place::Everywhere),
    bind(
        &["g a"],
        Key::KeyGoArchived,
        Act::GoArchived,
        Place::Everywhere,
    ),
    bind(
        &["g l"],
        Key::KeyGoClients,
        Act::GoClients,
        Place::Everywhere,
    ),
    bind(
        &["g t"],
        Key::KeyGoTemplates,
        Act::GoTemplates,
        Place::Everywhere,
    ),
    bind(
        &["g s"],
        Key::KeyGoSettings,
        Act::GoSettings,
        Place::Everywhere,
    ),
    bind(
        &["g e"],
        Key::KeyGoEmployees,
        Act::GoEmployees,
        Place::Everywhere,
    ),
    bind(&["g m"], Key::KeyGoMine, Act::GoMine, Place::Everywhere),
    bind(&[], Key::KeyTheme, Act::Theme, Place::Everywhere),
    bind(&[], Key::MenuSignOut, Act::SignOut, Place::Everywhere),
    bind(&["j"], Key::KeyNext, Act::Next, Place::Chats),
    bind(&["k"], Key::KeyPrevious, Act::Previous, Place::Chats),
    bind(&["Home"], Key::KeyFirst, Act::First, Place::Chats),
    bind(&["End"], Key::KeyLast, Act::Last, Place::Chats),
    bind(&["PageUp"], Key::KeyPageUp, Act::PageUp, Place::Chats),
    bind(&["PageDown"], Key::KeyPageDown, Act::PageDown, Place::Chats),
    bind(&["Enter"], Key::KeyOpen, Act::Open, Place::Chats),
    bind(&["X"], Key::KeySelectAll, Act::SelectAll, Place::Chats),
    bind(&["["], Key::KeyFoldList, Act::FoldList, Place::Chats),
    bind(&["]"], Key::KeyFoldDetails, Act::FoldDetails, Place::Chats),
    bind(&["r", "i"], Key::KeyWrite, Act::Write, Place::Chat),
    bind(&["e"], Key::KeyArchive, Act::Archive, Place::Chat),
    bind(&["a"], Key::KeyAssign, Act::Assign, Place::Chat),
    bind(&["m"], Key::KeyAssignToMe, Act::AssignToMe, Place::Chat),
    bind(&[], Key::KeyUnassign, Act::Unassign, Place::Chat),
    bind(&["s"], Key::KeyStar, Act::Star, Place::Chat),
    bind(&["u"], Key::KeyUnread, Act::Unread, Place::Chat),
    bind(&["l"], Key::KeyTag, Act::Tag, Place::Chat),
    bind(&["h"], Key::KeySnooze, Act::Snooze, Place::Chat),
    bind(&["x"], Key::KeySelect, Act::Select, Place::Chat),
    bind(&[], Key::KeyTranscript, Act::Transcript, Place::Chat),
    bind(&[], Key::KeyDelete, Act::Delete, Place::Chat),
];

/// The act of a key as it was pressed.
pub fn act_of(pressed: &str) -> Option<Act> {
    TABLE
        .iter()
        .find(|binding| binding.keys.contains(&pressed))
        .map(|binding| binding.act)
}

/// The words of an act with its first key, as a tooltip: `Archive or reopen the chat (e)`.
pub fn hint(act: Act, apple: bool) -> String {
    let Some(binding) = TABLE.iter().find(|binding| binding.act == act) else {
        return String::new();
    };
    match binding.keys.first() {
        Some(keys) => format!("{} ({})", t(binding.words), shown(keys, apple).join(" ")),
        None => t(binding.words).to_owned(),
    }
}

/// The caps of a key as people know them; `apple` computers have ⌘ where others have Ctrl.
pub fn shown(keys: &str, apple: bool) -> Vec<String> {
    let cap = |key: &str| match key {
        "Mod" if apple => "⌘".to_owned(),
        "Mod" => "Ctrl".to_owned(),
        "Escape" => "Esc".to_owned(),
        "X" => "Shift X".to_owned(),
        "PageUp" => "Page ↑".to_owned(),
        "PageDown" => "Page ↓".to_owned(),
        "k" if keys.starts_with("Mod+") => "K".to_owned(),
        other => other.to_owned(),
    };
    keys.split([' ', '+']).map(cap).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn p10_no_key_means_two_things() {
        let mut seen = HashSet::new();
        for binding in TABLE {
            for keys in binding.keys {
                assert!(seen.insert(*keys), "{keys} is in the table twice");
            }
        }
    }

    #[test]
    fn p10_no_key_is_the_beginning_of_two_others() {
        // `g` waits for a second key, so that it can do nothing alone.
        let first: HashSet<&str> = TABLE
            .iter()
            .flat_map(|binding| binding.keys)
            .filter_map(|keys| keys.split_once(' ').map(|(first, _)| first))
            .collect();
        for key in first {
            assert_eq!(act_of(key), None, "{key} alone would be done at once");
        }
    }

    #[test]
    fn p10_every_act_is_in_the_table_once() {
        let acts: Vec<Act> = TABLE.iter().map(|binding| binding.act).collect();
        for (index, act) in acts.iter().enumerate() {
            assert!(
                !acts.iter().skip(index + 1).any(|other| other == act),
                "{act:?}"
            );
        }
    }

    #[test]
    fn a_tooltip_names_the_key() {
        crate::i18n::set_current(crate::i18n::Locale::En);
        assert_eq!(hint(Act::Archive, false), "Archive or reopen the chat (e)");
        assert_eq!(hint(Act::CommandBar, true), "Command bar (⌘ K)");
        assert_eq!(hint(Act::Unassign, false), "Assign to nobody");
        assert_eq!(shown("g c", false), ["g", "c"]);
    }
}
