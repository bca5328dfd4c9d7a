//! Tests of the configuration: layers, and one clear line for each wrong value.

use super::*;

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::from_parts(Path::new("hilo.toml"), text, variables).map_err(|error| error.to_string())
}

#[test]
fn without_anything_the_defaults_hold() {
    let config = load("", &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.data, Path::new(".hilo"));
    assert!(config.database.is_none() && config.public_url.is_none());
    assert_eq!(config.log_format, LogFormat::Text);
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = load(
        "listen = \"127.0.0.1:1\"\ndata = \"a\"",
        &[("HILO_LISTEN", "127.0.0.1:2")],
    )
    .unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.data, Path::new("a"));
}

#[test]
fn a_variable_set_to_nothing_is_not_set() {
    let config = load("", &[("HILO_PUBLIC_URL", "")]).unwrap();
    assert_eq!(config.public_url, None);
}

#[test]
fn proxies_are_a_list_or_text_with_commas() {
    let list = load("trusted_proxies = [\"10.0.0.0/8\", \"::1\"]", &[]).unwrap();
    let text = load("", &[("HILO_TRUSTED_PROXIES", "10.0.0.0/8, ::1")]).unwrap();
    assert_eq!(list.trusted_proxies, text.trusted_proxies);
    assert_eq!(list.trusted_proxies.len(), 2);
}

#[test]
fn a_wrong_value_of_the_file_is_named_with_its_line() {
    assert_eq!(
        load("# Hilo\nlog = \"warn\"\nlisten = \"localhost\"", &[]).unwrap_err(),
        "hilo.toml line 3: listen = \"localhost\" is not allowed: \
         an IP address and a port, such as 127.0.0.1:8080, 0.0.0.0:80 or [::1]:8080"
    );
}

#[test]
fn a_wrong_variable_is_named() {
    let error = load("listen = \"127.0.0.1:1\"", &[("HILO_LISTEN", "8080")]).unwrap_err();
    assert!(
        error.starts_with("environment: HILO_LISTEN = \"8080\" is not allowed: an IP address"),
        "{error}"
    );
    let error = load("", &[("HILO_TRUSTED_PROXIES", "10.0.0.0/8,proxy")]).unwrap_err();
    assert!(error.contains("\"proxy\" is neither"), "{error}");
    assert!(load("", &[("HILO_LOG", "loud=very")]).is_err());
    assert!(load("", &[("HILO_WORKERS", "0")]).is_err());
    assert!(load("workers = 2", &[]).is_ok());
}

#[test]
fn a_misspelt_key_is_refused_and_a_misspelt_variable_told() {
    let error = load("\nlistn = \"127.0.0.1:1\"", &[]).unwrap_err();
    assert!(
        error.starts_with("hilo.toml line 2: \"listn\" is no setting; there are: listen, data"),
        "{error}"
    );
    let config = load("", &[("HILO_LISTN", "x"), ("HILO_TEST_POSTGRES", "x")]).unwrap();
    assert_eq!(config.unknown_variables, ["HILO_LISTN"]);
}

#[test]
fn a_file_that_is_no_toml_is_one_line() {
    let error = load("listen = ", &[]).unwrap_err();
    assert!(error.starts_with("hilo.toml: "), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains("line 1"), "{error}");
}

#[test]
fn secrets_are_never_part_of_the_message() {
    for (name, value) in [
        ("HILO_DATABASE_URL", "mysql://root:hunter2@host/db"),
        ("HILO_MASTER_KEY", "hunter2"),
        ("HILO_MASTER_KEY_PREVIOUS", "hunter2"),
    ] {
        let error = load("", &[(name, value)]).unwrap_err();
        assert!(
            error.contains(name) && !error.contains("hunter2"),
            "{error}"
        );
    }
}

#[test]
fn an_owner_or_a_direct_way_needs_a_database() {
    for key in ["HILO_DATABASE_OWNER_URL", "HILO_DATABASE_DIRECT_URL"] {
        let error = load("", &[(key, "postgres://o@h/d")]).unwrap_err();
        assert!(error.contains(key), "{error}");
        assert!(error.contains("it needs database_url beside it"), "{error}");
    }
}

#[test]
fn a_master_key_of_digits_stays_what_it_is() {
    use secrecy::ExposeSecret;
    let key = "1234567890".repeat(6) + "1234";
    let config = load("", &[("HILO_MASTER_KEY", &key)]).unwrap();
    assert_eq!(config.master_key.unwrap().expose_secret(), key);
}

#[test]
fn the_public_address_is_kept_as_browsers_write_origins() {
    let url = |text| load("", &[("HILO_PUBLIC_URL", text)]).map(|c| c.public_url.unwrap());
    assert_eq!(
        url("https://Chat.Example.com/").unwrap(),
        "https://chat.example.com"
    );
    assert_eq!(
        url("https://chat.example.com:443").unwrap(),
        "https://chat.example.com"
    );
    assert_eq!(url("http://10.0.0.5:8080").unwrap(), "http://10.0.0.5:8080");
    for wrong in [
        "chat.example.com",
        "ftp://chat.example.com",
        "https://chat.example.com/hilo",
        "https://user@chat.example.com",
        "https://chat.example.com?x",
    ] {
        assert!(url(wrong).is_err(), "{wrong}");
    }
}
