//! Before compiling: prints the GraphQL documents and turns the four locale files into typed keys.
//! A key that one locale has and another lacks stops the build; nothing is looked up by string at run time.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, error::Error, fs, path::Path};

use serde_json::Value;

const LOCALES: [&str; 4] = ["en", "es", "pl", "fr"];
const FORMS: [&str; 4] = ["one", "few", "many", "other"];

type Outcome<T> = Result<T, Box<dyn Error>>;
type Catalogue = BTreeMap<String, Value>;

fn main() -> Outcome<()> {
    println!("cargo:rerun-if-changed=i18n");
    // The program keeps what it is linked by: scripts/build-spa takes it apart along that.
    if env::var("CARGO_CFG_TARGET_FAMILY")? == "wasm" {
        println!("cargo:rustc-link-arg-bins=--emit-relocs");
    }
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("documents.rs"), documents()?)?;

    let catalogues = LOCALES
        .iter()
        .map(|locale| read(locale))
        .collect::<Outcome<Vec<_>>>()?;
    for (locale, catalogue) in LOCALES.iter().zip(&catalogues) {
        same_keys(catalogues.first().ok_or("no locale")?, catalogue, locale)?;
    }
    let target = Path::new(&out).join("catalogue.rs");
    fs::write(target, generate(&catalogues)?)?;
    Ok(())
}

/// The text of each document beside its type.
fn documents() -> Outcome<String> {
    let mut code = String::new();
    for document in hilo_documents::printed() {
        let (path, text) = (document.path, document.text);
        writeln!(
            code,
            "impl Document for {path} {{\n    const TEXT: &'static str = {text:?};\n}}"
        )?;
    }
    Ok(code)
}

fn read(locale: &str) -> Outcome<Catalogue> {
    let path = format!("i18n/{locale}.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}").into())
}

/// Every locale has the same keys, of the same kind (one text or plural forms), with the same placeholders.
fn same_keys(first: &Catalogue, other: &Catalogue, locale: &str) -> Outcome<()> {
    for key in first.keys().chain(other.keys()) {
        let (Some(left), Some(right)) = (first.get(key), other.get(key)) else {
            return Err(format!("i18n: {key} is not in every locale (looked at {locale})").into());
        };
        if left.is_object() != right.is_object() {
            return Err(
                format!("i18n: {key} has plural forms in one locale only ({locale})").into(),
            );
        }
        if left.is_string() && placeholders(left) != placeholders(right) {
            return Err(format!("i18n: {key} has other placeholders in {locale}").into());
        }
        if right.is_object() && right.get("other").is_none() {
            return Err(format!("i18n: {key} lacks the form \"other\" in {locale}").into());
        }
    }
    Ok(())
}

fn placeholders(value: &Value) -> Vec<String> {
    let mut found: Vec<String> = value
        .as_str()
        .unwrap_or_default()
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
        .collect();
    found.sort();
    found
}

fn generate(catalogues: &[Catalogue]) -> Outcome<String> {
    let first = catalogues.first().ok_or("no locale")?;
    let texts: Vec<&String> = first
        .iter()
        .filter(|(_, value)| value.is_string())
        .map(|(key, _)| key)
        .collect();
    let plurals: Vec<&String> = first
        .iter()
        .filter(|(_, value)| value.is_object())
        .map(|(key, _)| key)
        .collect();
    let mut code = String::new();
    write_enum(&mut code, "Key", "A text of the interface.", &texts)?;
    write_enum(
        &mut code,
        "Count",
        "A text of the interface that depends on a number.",
        &plurals,
    )?;
    writeln!(
        code,
        "/// How many texts come before the plural forms.\npub const TEXTS: usize = {};",
        texts.len()
    )?;
    // A browser loads one language (scripts/build-spa writes the same lists); tests have all.
    writeln!(
        code,
        "#[cfg(not(target_arch = \"wasm32\"))]\npub const ALL_WORDS: [&[&str]; {}] = [",
        catalogues.len()
    )?;
    for catalogue in catalogues {
        let plain = texts.iter().map(|key| catalogue.get(*key));
        let plain = plain.map(|text| text.and_then(Value::as_str).unwrap_or_default());
        let counted = plurals.iter().flat_map(|key| forms(catalogue.get(*key)));
        let words: Vec<&str> = plain.chain(counted).collect();
        writeln!(code, "    &{words:?},")?;
    }
    writeln!(code, "];")?;
    Ok(code)
}

/// The four forms of one plural; a form that the language does not have falls back to "other".
fn forms(value: Option<&Value>) -> [&str; 4] {
    FORMS.map(|form| {
        let found = value.and_then(|value| value.get(form).or_else(|| value.get("other")));
        found.and_then(Value::as_str).unwrap_or_default()
    })
}

fn write_enum(code: &mut String, name: &str, doc: &str, keys: &[&String]) -> Outcome<()> {
    writeln!(
        code,
        "/// {doc}\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {name} {{"
    )?;
    for key in keys {
        writeln!(code, "    /// `{key}`\n    {},", variant(key))?;
    }
    writeln!(
        code,
        "}}\nimpl {name} {{\n    /// Every key, in the order of the tables.\n    #[cfg(test)]\n    pub const ALL: [Self; {}] = [",
        keys.len()
    )?;
    for key in keys {
        writeln!(code, "        Self::{},", variant(key))?;
    }
    writeln!(code, "    ];\n}}")?;
    Ok(())
}

/// `list.no_chats` becomes `ListNoChats`.
fn variant(key: &str) -> String {
    key.split(['.', '_'])
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
                .unwrap_or_default()
        })
        .collect()
}
