//! What the operator decided: defaults, then `hilo.toml`, then `HILO_*`. A wrong value is refused at start with
//! one line that names it; a secret is never part of that line.

mod parse;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use figment::value::Value;
use ipnet::IpNet;
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;

/// Read when no `--config` names another file; may be missing.
pub const DEFAULT_FILE: &str = "hilo.toml";

/// Every setting: its key in the file (`HILO_` and capitals in the environment), and its default.
pub const SETTINGS: [(&str, Option<&str>); 14] = [
    ("listen", Some("127.0.0.1:8080")),
    ("data", Some(".hilo")),
    ("database_url", None),
    ("database_direct_url", None),
    ("database_owner_url", None),
    ("public_url", None),
    ("trusted_proxies", None),
    ("master_key", None),
    ("master_key_previous", None),
    ("erasure_ledger", None),
    ("files_dir", None),
    ("log", Some("info")),
    ("log_format", Some("text")),
    ("workers", None),
];

/// All settings, valid.
#[derive(Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The data folder (lock, master key, private PostgreSQL). May not exist yet.
    pub data: PathBuf,
    /// A PostgreSQL of the operator's own instead of the private one.
    pub database: Option<Database>,
    /// Where people reach Hilo: scheme, host and maybe port, without a trailing slash.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The key that wraps all keys, if it is not kept in the data folder.
    pub master_key: Option<SecretString>,
    /// The key before it, which opens what is not wrapped anew yet.
    pub master_key_previous: Option<SecretString>,
    /// Where erasures are written down; `erased.ledger` in the data folder if not said.
    pub erasure_ledger: Option<PathBuf>,
    /// Where the bytes of files lie; `files` in the data folder if not said. Processes on one database share it.
    pub files_dir: Option<PathBuf>,
    /// Filter directives as `tracing_subscriber::EnvFilter` reads them.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// HTTP workers; `None` = one a core.
    pub workers: Option<usize>,
    /// `HILO_*` variables that name no setting: worth a warning, as they are mostly misspelt.
    pub unknown_variables: Vec<String>,
}

/// Two roles on one database; they may be the same.
#[derive(Debug)]
pub struct Database {
    /// The role that serves. Goes through a pooler in transaction mode where `direct` is given.
    pub app: PgConnectOptions,
    /// The same role and database without a pooler between.
    pub direct: Option<PgConnectOptions>,
    /// The role that migrates, if it is another one.
    pub owner: Option<PgConnectOptions>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why Hilo does not start; one line.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ConfigError {
    /// A value that is not allowed.
    #[error("{place}: {shown} is not allowed: {allowed}")]
    Value {
        /// `hilo.toml line 3` or `HILO_LISTEN`.
        place: String,
        /// The key and value, without a secret.
        shown: String,
        /// What is allowed, in words.
        allowed: String,
    },
    /// A key of the file that is no setting.
    #[error("{place}: {key:?} is no setting; there are: {known}")]
    UnknownKey {
        /// File and line.
        place: String,
        /// The key.
        key: String,
        /// All keys.
        known: String,
    },
    /// A file that is no TOML, or cannot be read.
    #[error("{file}: {cause}")]
    File {
        /// Its path.
        file: String,
        /// What is wrong, one line.
        cause: String,
    },
}

impl Config {
    /// Reads `file` (or [`DEFAULT_FILE`] if it exists) and the environment of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("HILO_"))
            .collect();
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && file.is_none() => {
                String::new()
            }
            Err(error) => return Err(file_error(path, error)),
        };
        Self::from_parts(path, &text, variables)
    }

    fn from_parts(
        path: &Path,
        text: &str,
        variables: BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let sources = Sources::new(path, text, variables)?;
        Ok(Self {
            listen: sources.required("listen", parse::listen)?,
            data: sources.required("data", parse::folder)?,
            database: sources.database()?,
            public_url: sources.optional("public_url", parse::public_url)?,
            trusted_proxies: sources
                .optional("trusted_proxies", parse::proxies)?
                .unwrap_or_default(),
            master_key: sources.optional("master_key", parse::master_key)?,
            master_key_previous: sources.optional("master_key_previous", parse::master_key)?,
            erasure_ledger: sources.optional("erasure_ledger", parse::folder)?,
            files_dir: sources.optional("files_dir", parse::folder)?,
            log: sources.required("log", parse::log)?,
            log_format: sources.required("log_format", parse::log_format)?,
            workers: sources.optional("workers", parse::workers)?,
            unknown_variables: sources.unknown_variables(),
        })
    }
}

fn file_error(path: &Path, cause: impl ToString) -> ConfigError {
    ConfigError::File {
        file: path.display().to_string(),
        cause: one_line(&cause.to_string()),
    }
}

fn one_line(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The layers, and where in them a value stands.
struct Sources<'a> {
    path: &'a Path,
    text: &'a str,
    variables: BTreeMap<String, String>,
    merged: Figment,
}

impl<'a> Sources<'a> {
    fn new(
        path: &'a Path,
        text: &'a str,
        variables: BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let file = Figment::from(Toml::string(text));
        let keys: BTreeMap<String, Value> = file.extract().map_err(|e| file_error(path, e))?;
        let mut merged = Figment::new();
        for (key, default) in SETTINGS {
            if let Some(default) = default {
                merged = merged.merge(Serialized::default(key, default));
            }
        }
        merged = merged.merge(file);
        // Variables are merged as text: figment's own reader would take a key of digits for a number.
        for (key, _) in SETTINGS {
            if let Some(value) = variables.get(&variable(key)) {
                merged = merged.merge(Serialized::default(key, value));
            }
        }
        let sources = Self {
            path,
            text,
            variables,
            merged,
        };
        match keys.keys().find(|key| !is_setting(key)) {
            Some(key) => Err(ConfigError::UnknownKey {
                place: sources.line_of(key),
                key: key.clone(),
                known: SETTINGS.map(|(key, _)| key).join(", "),
            }),
            None => Ok(sources),
        }
    }

    fn required<T>(&self, key: &str, parse: parse::Parse<T>) -> Result<T, ConfigError> {
        self.optional(key, parse)?
            .ok_or_else(|| self.refused(key, "", "a value is needed".to_owned()))
    }

    /// A variable that is set to nothing counts as not set, as containers and unit files often have it.
    fn optional<T>(&self, key: &str, parse: parse::Parse<T>) -> Result<Option<T>, ConfigError> {
        let Ok(value) = self.merged.find_value(key) else {
            return Ok(None);
        };
        let text = as_text(&value);
        if text.is_empty() {
            return Ok(None);
        }
        parse(&text)
            .map(Some)
            .map_err(|allowed| self.refused(key, &text, allowed))
    }

    fn database(&self) -> Result<Option<Database>, ConfigError> {
        let app = self.optional("database_url", parse::database)?;
        let direct = self.optional("database_direct_url", parse::database)?;
        let owner = self.optional("database_owner_url", parse::database)?;
        let alone = match (&app, &direct, &owner) {
            (Some(_), ..) | (None, None, None) => None,
            (None, Some(_), _) => Some("database_direct_url"),
            (None, None, Some(_)) => Some("database_owner_url"),
        };
        if let Some(key) = alone {
            return Err(self.refused(key, "", "it needs database_url beside it".to_owned()));
        }
        Ok(app.map(|app| Database { app, direct, owner }))
    }

    fn refused(&self, key: &str, text: &str, allowed: String) -> ConfigError {
        let (place, name) = match self.variables.get(&variable(key)) {
            Some(value) if !value.is_empty() => ("environment".to_owned(), variable(key)),
            _ => (self.line_of(key), key.to_owned()),
        };
        let shown = match key {
            "database_url"
            | "database_direct_url"
            | "database_owner_url"
            | "master_key"
            | "master_key_previous" => {
                format!("the value of {name} (not shown)")
            }
            _ => format!("{name} = {text:?}"),
        };
        ConfigError::Value {
            place,
            shown,
            allowed,
        }
    }

    fn line_of(&self, key: &str) -> String {
        let file = self.path.display();
        let line = self.text.lines().position(|line| {
            let name = line.trim_start().trim_start_matches(['[', '"']);
            name.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with(['=', '"', ']', '.']))
        });
        match line {
            Some(index) => format!("{file} line {}", index + 1),
            None => file.to_string(),
        }
    }

    fn unknown_variables(&self) -> Vec<String> {
        self.variables
            .keys()
            .filter(|name| !name.starts_with("HILO_TEST_"))
            .filter(|name| !SETTINGS.iter().any(|(key, _)| variable(key) == **name))
            .cloned()
            .collect()
    }
}

fn variable(key: &str) -> String {
    format!("HILO_{}", key.to_ascii_uppercase())
}

fn is_setting(name: &str) -> bool {
    SETTINGS.iter().any(|(key, _)| *key == name)
}

/// A value as its variable would be written: lists with commas.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.trim().to_owned(),
        Value::Char(_, char) => char.to_string(),
        Value::Bool(_, bool) => bool.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        Value::Array(_, items) => items.iter().map(as_text).collect::<Vec<_>>().join(","),
        Value::Dict(..) => "{..}".to_owned(),
        Value::Empty(..) => String::new(),
    }
}
