//! Tests of the languages: plural forms, placeholders, and no key that nobody uses.

use std::{fs, path::Path};

use super::*;

#[test]
fn polish_has_its_three_forms() {
    let shown: Vec<String> = [0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 112, 122]
        .map(|count| {
            plural_text(Locale::Pl, Count::ListWaiting, count).replace("{n}", &count.to_string())
        })
        .to_vec();
    assert_eq!(
        shown,
        [
            "0 nowych",
            "1 nowy",
            "2 nowe",
            "4 nowe",
            "5 nowych",
            "11 nowych",
            "12 nowych",
            "14 nowych",
            "21 nowych",
            "22 nowe",
            "25 nowych",
            "112 nowych",
            "122 nowe",
        ]
    );
}

#[test]
fn french_counts_zero_as_one() {
    assert_eq!(
        plural_text(Locale::Fr, Count::ListWaiting, 0),
        plural_text(Locale::Fr, Count::ListWaiting, 1)
    );
    assert_ne!(
        plural_text(Locale::Fr, Count::ListWaiting, 1),
        plural_text(Locale::Fr, Count::ListWaiting, 2)
    );
}

#[test]
fn every_text_is_there_in_every_language() {
    for locale in Locale::ALL {
        for key in Key::ALL {
            assert!(
                !text(locale, key).trim().is_empty(),
                "{key:?} is empty in {}",
                locale.tag()
            );
        }
        for key in Count::ALL {
            for count in [0, 1, 2, 5, 21, 22] {
                assert!(
                    !plural_text(locale, key, count).is_empty(),
                    "{key:?} lacks a form in {}",
                    locale.tag()
                );
            }
        }
    }
}

#[test]
fn every_key_is_used_by_the_code() {
    let mut code = String::new();
    gather(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &mut code,
    );
    let words: std::collections::HashSet<&str> = code
        .split(|c: char| !c.is_alphanumeric() && c != ':')
        .collect();
    for key in Key::ALL {
        assert!(
            words.contains(format!("Key::{key:?}").as_str()),
            "nobody uses Key::{key:?}"
        );
    }
    for key in Count::ALL {
        assert!(
            words.contains(format!("Count::{key:?}").as_str()),
            "nobody uses Count::{key:?}"
        );
    }
}

#[test]
fn a_browser_language_is_found_by_its_first_part() {
    assert_eq!(Locale::of_tag("pl-PL"), Some(Locale::Pl));
    assert_eq!(Locale::of_tag("ES_mx"), Some(Locale::Es));
    assert_eq!(Locale::of_tag("de"), None);
}

#[test]
fn what_is_learnt_is_spoken() {
    let words: Vec<String> = words(Locale::En)
        .iter()
        .map(|word| format!("<{word}>"))
        .collect();
    let english = (
        t(Key::Cancel),
        plural_text(Locale::En, Count::ListWaiting, 2),
    );
    learn(Locale::En, words);
    assert!(knows(Locale::En));
    assert_eq!(t(Key::Cancel), format!("<{}>", english.0));
    let two = plural_text(Locale::En, Count::ListWaiting, 2);
    assert_eq!(two, format!("<{}>", english.1));
}

#[test]
fn placeholders_are_filled() {
    assert_eq!(
        fill("{who} wrote to {whom}", &[("who", "Ana"), ("whom", "Jan")]),
        "Ana wrote to Jan"
    );
}

fn gather(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, code);
        } else if !path.ends_with("i18n/tests.rs") {
            code.push_str(&fs::read_to_string(&path).unwrap());
            code.push('\n');
        }
    }
}
