//! Calls of every root field, made from the schema itself: a field that is added is tried without anybody thinking of
//! it. Knows types only, never what a field means.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::graphql::Client;
use crate::json::At as _;

const INTROSPECTION: &str = "{ __schema { types { name kind isOneOf enumValues { name }
    inputFields { name type { ...T } } fields { name args { name type { ...T } } type { ...T } } } } }
  fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// How deep input objects are filled.
const DEEPEST: usize = 6;

/// What to put where.
#[derive(Clone, Debug)]
pub struct Filling {
    /// Into every id, except keys of idempotency: those are fresh.
    pub id: String,
    /// Into every text.
    pub text: String,
    /// Into every number.
    pub number: i64,
    /// Into every moment.
    pub moment: String,
    /// Into every position.
    pub position: String,
    /// Whether arguments and fields that may be left out are filled too.
    pub optional: bool,
    /// How many items every list gets.
    pub items: usize,
}

impl Default for Filling {
    fn default() -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            text: "x".to_owned(),
            number: 1,
            moment: "2030-01-01T00:00:00Z".to_owned(),
            position: "1".to_owned(),
            optional: false,
            items: 1,
        }
    }
}

/// The schema as a client sees it.
pub struct Schema(Vec<Value>);

/// One field of a root type.
#[derive(Clone, Debug)]
pub struct Field {
    /// `Query`, `Mutation` or `Subscription`.
    pub root: &'static str,
    /// Its name.
    pub name: String,
    definition: Value,
}

/// A call of a field: the document and its variables.
pub struct Call {
    /// With a variable for each argument.
    pub query: String,
    /// Their values.
    pub variables: Value,
}

impl Schema {
    /// Asks for it.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn of(client: &Client) -> Result<Self> {
        let answer = client.get(INTROSPECTION, json!({})).await?;
        Ok(Self(answer.list("/__schema/types").to_vec()))
    }

    /// Every field of the root types.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let roots = ["Query", "Mutation", "Subscription"];
        let fields = roots.into_iter().flat_map(|root| {
            let fields = self.named(root).map(|ty| ty.list("/fields").to_vec());
            let fields = fields.unwrap_or_default().into_iter();
            fields.map(move |definition| Field {
                root,
                name: definition.text("/name").to_owned(),
                definition,
            })
        });
        fields.collect()
    }

    /// The fields of a type that can be asked for without arguments, each as a document selects it.
    ///
    /// # Errors
    /// When a type is not to be found.
    pub fn selections(&self, of: &str) -> Result<Vec<(String, String)>> {
        let ty = self.named(of).with_context(|| format!("no type {of}"))?;
        let mut selections = Vec::new();
        for field in ty.list("/fields") {
            let needs = |argument: &Value| argument.at("/type").text("/kind") == "NON_NULL";
            if !field.list("/args").iter().any(needs) {
                let selection = match self.kind_of(field.at("/type"))? {
                    "SCALAR" | "ENUM" => "",
                    _ => " { __typename }",
                };
                let name = field.text("/name").to_owned();
                selections.push((format!("{name}{selection}"), name));
            }
        }
        Ok(selections)
    }

    fn named(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|ty| ty.text("/name") == name)
    }

    /// A call of the field.
    ///
    /// # Errors
    /// When a type is not to be found.
    pub fn call(&self, field: &Field, filling: &Filling) -> Result<Call> {
        let mut variables = serde_json::Map::new();
        let (mut declared, mut passed) = (Vec::new(), Vec::new());
        for argument in field.definition.list("/args") {
            let (name, ty) = (argument.text("/name"), argument.at("/type"));
            if ty.text("/kind") != "NON_NULL" && !filling.optional {
                continue;
            }
            declared.push(format!("${name}: {}", written(ty)));
            passed.push(format!("{name}: ${name}"));
            variables.insert(name.to_owned(), self.value(name, ty, filling, 0)?);
        }
        let list = |items: Vec<String>| match items.is_empty() {
            true => String::new(),
            false => format!("({})", items.join(", ")),
        };
        let selection = match self.kind_of(field.definition.at("/type"))? {
            "SCALAR" | "ENUM" => "",
            _ => " { __typename }",
        };
        let operation = field.root.to_lowercase();
        let (declared, passed) = (list(declared), list(passed));
        Ok(Call {
            query: format!(
                "{operation}{declared} {{ {}{passed}{selection} }}",
                field.name
            ),
            variables: Value::Object(variables),
        })
    }

    fn kind_of(&self, ty: &Value) -> Result<&str> {
        let mut ty = ty;
        while let Some(inner) = ty.get("ofType").filter(|inner| !inner.is_null()) {
            ty = inner;
        }
        let named = self.named(ty.text("/name")).context("no such type")?;
        Ok(named.text("/kind"))
    }

    fn value(&self, name: &str, ty: &Value, filling: &Filling, depth: usize) -> Result<Value> {
        Ok(match ty.text("/kind") {
            "NON_NULL" => self.value(name, ty.at("/ofType"), filling, depth)?,
            "LIST" => {
                let item = self.value(name, ty.at("/ofType"), filling, depth)?;
                // Many items, not many items in each of many: that would be a test of our own memory.
                let items = if depth < 2 {
                    filling.items
                } else {
                    filling.items.min(1)
                };
                Value::Array(vec![item; items])
            }
            _ => match ty.text("/name") {
                "ID" if name.ends_with("Key") || name == "clientMessageId" => {
                    json!(Uuid::new_v4())
                }
                "ID" => json!(filling.id),
                "String" => json!(filling.text),
                "Int" => json!(filling.number),
                "Float" => json!(filling.number),
                "Boolean" => json!(true),
                "DateTime" => json!(filling.moment),
                "Position" => json!(filling.position),
                other => self.value_of(other, filling, depth)?,
            },
        })
    }

    fn value_of(&self, name: &str, filling: &Filling, depth: usize) -> Result<Value> {
        let ty = self
            .named(name)
            .with_context(|| format!("no type {name}"))?;
        if ty.text("/kind") == "ENUM" {
            return Ok(ty.at("/enumValues/0/name").clone());
        }
        let is_one_of = ty.at("/isOneOf") == &json!(true);
        let mut object = serde_json::Map::new();
        for (at, field) in ty.list("/inputFields").iter().enumerate() {
            let (name, inner) = (field.text("/name"), field.at("/type"));
            let needed = inner.text("/kind") == "NON_NULL" || (filling.optional && depth < DEEPEST);
            if if is_one_of { at == 0 } else { needed } {
                object.insert(
                    name.to_owned(),
                    self.value(name, inner, filling, depth + 1)?,
                );
            }
        }
        Ok(Value::Object(object))
    }
}

/// A type as a document writes it.
fn written(ty: &Value) -> String {
    match ty.text("/kind") {
        "NON_NULL" => format!("{}!", written(ty.at("/ofType"))),
        "LIST" => format!("[{}]", written(ty.at("/ofType"))),
        _ => ty.text("/name").to_owned(),
    }
}
