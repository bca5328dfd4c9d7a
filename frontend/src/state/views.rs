//! Filters kept under a name (P5). Must not know where they are kept.

use crate::i18n::lower;
use crate::state::address;
use crate::state::filter::Filter;
use crate::state::sorted;

/// Longest name, in characters.
pub const LONGEST: usize = 60;
/// Most of them.
const MOST: usize = 50;

/// A filter with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// As it was typed.
    pub name: String,
    /// What it shows.
    pub filter: Filter,
}

/// All of an agent's, by name; no name twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedViews(Vec<Saved>);

impl SavedViews {
    /// What was written; what is malformed is passed over.
    pub fn read(text: &str) -> Self {
        let mut all = Self::default();
        let mut name = String::new();
        for (word, value) in address::read(text) {
            match word.as_str() {
                "name" => name = value,
                "is" => all.save(&name, Filter::read("", &value)),
                _ => {}
            }
        }
        all
    }

    /// As text.
    pub fn written(&self) -> String {
        let queries: Vec<String> = self
            .0
            .iter()
            .map(|saved| saved.filter.query(true))
            .collect();
        let names = self.0.iter().map(|saved| saved.name.as_str());
        let pairs = names.zip(&queries);
        let pairs: Vec<(&str, &str)> = pairs
            .flat_map(|(name, query)| [("name", name), ("is", query.as_str())])
            .collect();
        address::written(&pairs)
    }

    /// All of them, by name.
    pub fn all(&self) -> &[Saved] {
        &self.0
    }

    /// Keeps a filter under a name; another one of that name gives way. A full list takes no new name.
    pub fn save(&mut self, name: &str, filter: Filter) {
        let name: String = name.trim().chars().take(LONGEST).collect();
        if name.is_empty() {
            return;
        }
        self.remove(&name);
        if self.0.len() < MOST {
            let saved = Saved { name, filter };
            sorted::put(&mut self.0, saved, &|one, other| {
                lower(&one.name) < lower(&other.name)
            });
        }
    }

    /// Gives one another name.
    pub fn rename(&mut self, name: &str, to: &str) {
        let found = self.0.iter().find(|saved| saved.name == name).cloned();
        if let Some(saved) = found.filter(|_| !to.trim().is_empty()) {
            self.remove(name);
            self.save(to, saved.filter);
        }
    }

    /// Forgets one.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|saved| saved.name != name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::ChatState;
    use crate::state::filter::Quick;

    fn unread() -> Filter {
        Filter {
            quick: Quick::Unread,
            tags: vec!["a&b".into()],
            ..Filter::of_state(ChatState::Archived)
        }
    }

    fn names(views: &SavedViews) -> Vec<&str> {
        views
            .all()
            .iter()
            .map(|saved| saved.name.as_str())
            .collect()
    }

    #[test]
    fn p5_views_are_saved_renamed_deleted_and_read_again() {
        let mut views = SavedViews::default();
        views.save(" Żółte & złe ", unread());
        views.save("all", Filter::default());
        assert_eq!(SavedViews::read(&views.written()), views);
        views.rename("all", "Everything");
        assert_eq!(names(&views), ["Everything", "Żółte & złe"]);
        views.save("Everything", unread());
        assert_eq!(views.all().first().unwrap().filter, unread());
        views.rename("Everything", "  ");
        views.rename("unknown", "x");
        views.remove("Żółte & złe");
        assert_eq!(names(&views), ["Everything"]);
    }

    #[test]
    fn p5_what_is_malformed_or_too_much_is_passed_over() {
        assert_eq!(
            names(&SavedViews::read("is=show%3Dunread&x&name=a&is=&name=b")),
            ["a"]
        );
        let mut views = SavedViews::default();
        for number in 0..MOST + 5 {
            views.save(&number.to_string(), unread());
        }
        assert_eq!(views.all().len(), MOST);
        views.save("0", Filter::default());
        assert_eq!(views.all().len(), MOST, "a known name may be saved anew");
        let mut long = SavedViews::default();
        long.save(&"é".repeat(100), unread());
        assert_eq!(names(&long).first().unwrap().chars().count(), LONGEST);
    }
}
