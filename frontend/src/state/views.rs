//! Filters kept under a name (P5), as the server keeps them and as browsers kept them before. Must not ask the server.

use crate::api::views::SavedView;
use crate::i18n::lower;
use crate::state::address;
use crate::state::filter::Filter;
use crate::state::sorted;

/// Longest name, in characters.
pub const LONGEST: usize = 60;

/// A filter with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// As it was typed.
    pub name: String,
    /// What it shows.
    pub filter: Filter,
}

/// What the server keeps, as it is offered: by name, whatever the size of its letters.
pub fn offered(views: Vec<SavedView>) -> Vec<Saved> {
    let mut all = Vec::new();
    for view in views {
        let filter = Filter::read("", &view.query);
        let name = view.name;
        sorted::put(&mut all, Saved { name, filter }, &|one, other| {
            lower(&one.name) < lower(&other.name)
        });
    }
    all
}

/// What a browser kept before the server did: names and queries. What is malformed is passed over.
pub fn kept(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut name = String::new();
    for (word, value) in address::read(text) {
        match word.as_str() {
            "name" => name = value,
            "is" if !name.is_empty() => all.push((std::mem::take(&mut name), value)),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::ChatState;
    use crate::state::filter::Quick;

    #[test]
    fn p5_views_are_offered_by_name_and_show_what_was_on() {
        let filter = Filter {
            quick: Quick::Unread,
            tags: vec!["a&b".into()],
            ..Filter::of_state(ChatState::Archived)
        };
        let view = |name: &str, query: String| SavedView {
            name: name.to_owned(),
            query,
        };
        let all = offered(vec![
            view("Zoe", String::new()),
            view("anna", filter.query(true)),
            view("Marek", "nonsense".to_owned()),
        ]);
        let names: Vec<&str> = all.iter().map(|saved| saved.name.as_str()).collect();
        assert_eq!(names, ["anna", "Marek", "Zoe"]);
        assert_eq!(all.first().unwrap().filter, filter);
        assert_eq!(all.get(1).unwrap().filter, Filter::default());
    }

    #[test]
    fn p5_what_a_browser_kept_is_read_and_what_is_malformed_passed_over() {
        let text = "is=show%3Dunread&x&name=a%20b&is=show%3Dunread&name=c&name=d&is=";
        let pair = |name: &str, query: &str| (name.to_owned(), query.to_owned());
        assert_eq!(kept(text), [pair("a b", "show=unread"), pair("d", "")]);
    }
}
