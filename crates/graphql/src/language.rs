//! In which language a refusal is told to the person who asked: what their `Accept-Language` names first of those that
//! there are words for. Must not know what the rules are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

/// Words by code; `{limit}` and its like stand for the values of the refusal.
type Words = BTreeMap<String, String>;

static ES: LazyLock<Words> = LazyLock::new(|| read(include_str!("../words/es.json")));
static PL: LazyLock<Words> = LazyLock::new(|| read(include_str!("../words/pl.json")));
static FR: LazyLock<Words> = LazyLock::new(|| read(include_str!("../words/fr.json")));

/// A file that cannot be read has no words: a test reads each.
fn read(text: &str) -> Words {
    serde_json::from_str(text).unwrap_or_default()
}

/// A language that people are told refusals in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English: as the rules themselves say it.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Polish.
    Pl,
    /// French.
    Fr,
}

impl Language {
    /// The first that is known of an `Accept-Language`, in the order in which they stand there; English when none is.
    #[must_use]
    pub fn of_header(header: &str) -> Self {
        let mut wanted = header.split(',').filter_map(|range| {
            let tag = range.split(';').next()?.trim();
            match tag.split('-').next()?.to_ascii_lowercase().as_str() {
                "en" => Some(Self::En),
                "es" => Some(Self::Es),
                "pl" => Some(Self::Pl),
                "fr" => Some(Self::Fr),
                _ => None,
            }
        });
        wanted.next().unwrap_or_default()
    }

    /// The words of a refusal; none in English, and where a value is not known that stands in them.
    pub(crate) fn words(self, code: &str, values: &BTreeMap<String, Value>) -> Option<String> {
        let all: &Words = match self {
            Self::En => return None,
            Self::Es => &ES,
            Self::Pl => &PL,
            Self::Fr => &FR,
        };
        let mut text = all.get(code)?.clone();
        for (name, value) in values {
            let shown = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => continue,
            };
            text = text.replace(&format!("{{{name}}}"), &shown);
        }
        (!has_gap(&text)).then_some(text)
    }
}

/// Whether `{word}` still stands in it. Braces around anything else are meant.
fn has_gap(text: &str) -> bool {
    text.split('{').skip(1).any(|behind| {
        behind.split_once('}').is_some_and(|(inside, _)| {
            !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hilo_app::Refusal;
    use hilo_app::accounts::AccountRefusal;
    use hilo_domain::chat::ChatRefusal;
    use hilo_domain::template::TemplateRefusal;

    use super::*;
    use crate::error::outcome;

    const OTHERS: [(Language, &LazyLock<Words>); 3] = [
        (Language::Es, &ES),
        (Language::Pl, &PL),
        (Language::Fr, &FR),
    ];

    #[test]
    fn p22_the_first_known_language_of_the_header_counts() {
        assert_eq!(Language::of_header("pl"), Language::Pl);
        assert_eq!(Language::of_header("de-DE, fr-CA;q=0.8, en"), Language::Fr);
        assert_eq!(Language::of_header("ES"), Language::Es);
        assert_eq!(Language::of_header("de, *"), Language::En);
        assert_eq!(Language::of_header(""), Language::En);
    }

    #[test]
    fn p22_every_listed_code_has_words_in_each_language() {
        let listed = include_str!("../../../docs/error-codes.md");
        let (_, refusals) = listed.split_once("## `userErrors").unwrap();
        let codes: BTreeSet<&str> = refusals.split('`').skip(2).step_by(2).collect();
        assert!(codes.len() > 100 && codes.contains("TEXT_TOO_LONG"));
        for (language, words) in OTHERS {
            let missing: Vec<_> = codes
                .iter()
                .filter(|it| !words.contains_key(**it))
                .collect();
            assert!(missing.is_empty(), "{language:?}: {missing:?}");
        }
        let names = |words: &Words| words.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&ES), names(&PL));
        assert_eq!(names(&ES), names(&FR));
    }

    /// The names between single braces.
    fn gaps(text: &str) -> BTreeSet<String> {
        let behind = text.split('{').skip(1).filter_map(|it| it.split_once('}'));
        let word = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_lowercase());
        let names = behind.map(|(inside, _)| inside).filter(|it| word(it));
        names.map(str::to_owned).collect()
    }

    #[test]
    fn p22_the_languages_say_the_same_values() {
        for (code, es) in ES.iter() {
            assert_eq!(gaps(es), gaps(&PL[code]), "{code}");
            assert_eq!(gaps(es), gaps(&FR[code]), "{code}");
        }
    }

    fn told(refusal: impl Into<Refusal>, language: Language) -> String {
        let refused = outcome::<()>(Err(hilo_app::AppError::Refused(refusal.into())));
        let (_, errors) = refused.unwrap();
        errors[0].words(language)
    }

    #[test]
    fn p22_a_refusal_is_told_with_its_values() {
        let long = ChatRefusal::TextTooLong {
            limit: 1000,
            length: 1001,
            unit: "bytes".into(),
        };
        assert_eq!(
            told(long.clone(), Language::Es),
            "El texto es demasiado largo: ocupa 1001 y caben 1000."
        );
        assert_eq!(
            told(long, Language::En),
            "The text has 1001 bytes; at most 1000 fit here."
        );
        assert_eq!(
            told(AccountRefusal::PasswordTooShort, Language::Fr),
            "Un mot de passe a au moins 10 caractères."
        );
        let field = TemplateRefusal::TemplateFieldMissing {
            field: "client.phone".into(),
        };
        assert_eq!(
            told(field, Language::Pl),
            "O tym kliencie nie wiadomo: client.phone; podaj tekst zastępczy po kresce, jak w {{client.phone|przyjacielu}}."
        );
        assert_eq!(
            told(TemplateRefusal::TemplateFieldOpen, Language::Es),
            "Un campo empieza con {{ y acaba con }}."
        );
    }

    #[test]
    fn what_has_no_value_for_its_words_is_told_in_english() {
        let invalid = hilo_app::AppError::Invalid {
            field: "origins",
            code: "ORIGIN_INVALID",
            message: "Not an origin.".into(),
            limit: None,
        };
        let (_, errors) = outcome::<()>(Err(invalid)).unwrap();
        assert_eq!(errors[0].words(Language::Fr), "Not an origin.");
    }
}
