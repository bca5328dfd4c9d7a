//! `#[derive(Read)]`: a type of the schema out of a tree of JSON, in as little code as it takes. Only names matter:
//! the compiler knows the types, cynic checks both. Must know no type.

use proc_macro::{Delimiter, TokenStream, TokenTree};

/// Reads a struct by the names of its fields (in camel case), an enum by those of its variants (in capitals), a
/// `#[cynic(spread)]` field from the same object, and names that are not known yet as the `#[cynic(fallback)]` variant.
#[proc_macro_derive(Read, attributes(cynic, arguments))]
pub fn read(input: TokenStream) -> TokenStream {
    let code = Item::of(input).map(|item| item.code());
    code.and_then(|code| code.parse().ok()).unwrap_or_else(|| {
        "compile_error!(\"Read is for structs with named fields and for plain enums\");"
            .parse()
            .unwrap_or_default()
    })
}

struct Item {
    name: String,
    is_enum: bool,
    members: Vec<Member>,
}

/// A field or a variant.
struct Member {
    name: String,
    /// What stands in its attributes.
    attributes: String,
}

impl Item {
    fn of(input: TokenStream) -> Option<Self> {
        let mut tokens = input.into_iter();
        let is_enum = tokens.find_map(|token| match token.to_string().as_str() {
            "struct" => Some(false),
            "enum" => Some(true),
            _ => None,
        })?;
        let name = tokens.next()?.to_string();
        let Some(TokenTree::Group(body)) = tokens.next() else {
            return None;
        };
        let members = (body.delimiter() == Delimiter::Brace).then(|| members(body.stream()))?;
        Some(Self {
            name,
            is_enum,
            members,
        })
    }

    fn code(&self) -> String {
        let (name, body) = (
            &self.name,
            if self.is_enum {
                self.variants()
            } else {
                self.fields()
            },
        );
        format!(
            "impl crate::reading::Read for {name} {{
                fn read(tree: &mut serde_json::Value, wrong: &mut bool) -> Self {{ {body} }}
            }}"
        )
    }

    fn fields(&self) -> String {
        let fields = self.members.iter().map(|Member { name, attributes }| {
            if attributes.contains("cynic(spread)") {
                format!("{name}: crate::reading::Read::read(tree, wrong),")
            } else {
                let key = camel(name);
                format!("{name}: crate::reading::Read::read(crate::reading::slot(tree, {key:?}, wrong), wrong),")
            }
        });
        // An object without fields to read has nothing that can be wrong.
        let unused = if self.members.is_empty() {
            "let _ = (tree, wrong);"
        } else {
            ""
        };
        format!("{unused} Self {{ {} }}", fields.collect::<String>())
    }

    fn variants(&self) -> String {
        let arm =
            |member: &Member| format!("{:?} => Self::{},", capitals(&member.name), member.name);
        let arms: String = self.members.iter().map(arm).collect();
        let fallback = self
            .members
            .iter()
            .find(|member| member.attributes.contains("cynic(fallback)"));
        let other = match (fallback, self.members.first()) {
            (Some(fallback), _) => format!("Self::{}", fallback.name),
            (None, Some(first)) => format!("{{ *wrong = true; Self::{} }}", first.name),
            (None, None) => String::new(),
        };
        format!("let _ = &wrong; match tree.as_str().unwrap_or_default() {{ {arms} _ => {other} }}")
    }
}

/// The names that come before `:`, `,` or the end, with the attributes before them.
fn members(body: TokenStream) -> Vec<Member> {
    let mut members = Vec::new();
    let (mut attributes, mut name, mut depth) = (String::new(), None, 0_usize);
    let mut in_type = false;
    for token in body {
        match &token {
            TokenTree::Punct(mark) if mark.as_char() == '<' => depth += 1,
            TokenTree::Punct(mark) if mark.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Punct(mark) if mark.as_char() == ',' && depth == 0 => {
                members.extend(name.take().map(|name| Member {
                    name,
                    attributes: std::mem::take(&mut attributes),
                }));
                in_type = false;
            }
            TokenTree::Punct(mark) if mark.as_char() == ':' => in_type = true,
            TokenTree::Group(group) if !in_type => {
                attributes += &group.to_string().replace(' ', "")
            }
            TokenTree::Ident(word) if !in_type => name = Some(word.to_string()),
            _ => {}
        }
    }
    members.extend(name.map(|name| Member { name, attributes }));
    members
}

/// `last_message` is `lastMessage`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|letter| letter.to_ascii_uppercase());
        text + &head.map(String::from).unwrap_or_default() + letters.as_str()
    })
}

/// `WebChat` is `WEB_CHAT`.
fn capitals(name: &str) -> String {
    let mut text = String::new();
    for (index, letter) in name.chars().enumerate() {
        if index > 0 && letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}
