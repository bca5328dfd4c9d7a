//! Who may know whom (DESIGN, section 2), read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use hilo_tests::At as _;
use serde_json::Value;

/// What each crate may depend on at run time, of our own and of what reaches outside.
const ARROWS: [(&str, &[&str]); 7] = [
    ("hilo-domain", &[]),
    ("hilo-journal", &[]),
    ("hilo-read", &["hilo-domain", "hilo-journal"]),
    ("hilo-channels", &["hilo-domain"]),
    (
        "hilo-app",
        &["hilo-domain", "hilo-journal", "hilo-read", "hilo-channels"],
    ),
    (
        "hilo-graphql",
        &[
            "hilo-domain",
            "hilo-journal",
            "hilo-read",
            "hilo-channels",
            "hilo-app",
        ],
    ),
    (
        "hilo-server",
        &[
            "hilo-domain",
            "hilo-journal",
            "hilo-read",
            "hilo-channels",
            "hilo-app",
            "hilo-graphql",
        ],
    ),
];

/// Crates that open a door, and who may use them.
const DOORS: [(&str, &[&str]); 5] = [
    (
        "sqlx",
        &[
            "hilo-journal",
            "hilo-read",
            "hilo-app",
            "hilo-server",
            "hilo-bench",
            "hilo-tests",
        ],
    ),
    (
        "reqwest",
        &["hilo-channels", "hilo-app", "hilo-bench", "hilo-tests"],
    ),
    ("actix-web", &["hilo-graphql", "hilo-server"]),
    ("async-graphql", &["hilo-graphql", "hilo-server"]),
    ("leptos", &["hilo-frontend"]),
];

/// What the domain may use: nothing that waits, reads a clock or rolls dice.
const DOMAIN: [&str; 6] = [
    "cqrs-es",
    "jiff",
    "serde",
    "serde_json",
    "thiserror",
    "uuid",
];

/// Names of the run-time dependencies of every crate of the workspace.
fn dependencies() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata.list("/packages").iter().map(|package| {
        let run_time = package
            .list("/dependencies")
            .iter()
            .filter(|it| it.at("/kind").is_null());
        let names = run_time.map(|it| it.text("/name").to_owned()).collect();
        (package.text("/name").to_owned(), names)
    });
    Ok(packages.collect())
}

#[test]
fn crates_know_only_whom_the_design_allows() -> Result<()> {
    let crates = dependencies()?;
    for (name, allowed) in ARROWS {
        let known = crates
            .get(name)
            .with_context(|| format!("{name} is gone"))?;
        let ours: Vec<_> = known.iter().filter(|it| it.starts_with("hilo-")).collect();
        let wrong: Vec<_> = ours
            .iter()
            .filter(|it| !allowed.contains(&it.as_str()))
            .collect();
        ensure!(wrong.is_empty(), "{name} must not know {wrong:?}");
    }
    let frontend = crates
        .get("hilo-frontend")
        .context("hilo-frontend is gone")?;
    let backend: Vec<_> = frontend
        .iter()
        .filter(|it| it.starts_with("hilo-") && *it != "hilo-documents")
        .collect();
    let documents = crates
        .get("hilo-documents")
        .context("hilo-documents is gone")?;
    ensure!(
        backend.is_empty()
            && !documents
                .iter()
                .any(|it| it.starts_with("hilo-") && *it != "hilo-documents-derive"),
        "the SPA knows the world by schema.graphql only, not {backend:?}"
    );
    Ok(())
}

#[test]
fn every_crate_of_the_backend_has_its_arrows() -> Result<()> {
    let crates = dependencies()?;
    let listed = ARROWS.map(|(name, _)| name);
    let beside = [
        "hilo-bench",
        "hilo-documents",
        "hilo-documents-derive",
        "hilo-frontend",
        "hilo-tests",
    ];
    let unlisted: Vec<_> = crates
        .keys()
        .filter(|name| name.starts_with("hilo-"))
        .filter(|name| !listed.contains(&name.as_str()) && !beside.contains(&name.as_str()))
        .collect();
    ensure!(unlisted.is_empty(), "say who {unlisted:?} may know");
    Ok(())
}

#[test]
fn the_domain_cannot_wait_or_look_at_a_clock() -> Result<()> {
    let crates = dependencies()?;
    let domain = crates.get("hilo-domain").context("hilo-domain is gone")?;
    let wrong: Vec<_> = domain
        .iter()
        .filter(|it| !DOMAIN.contains(&it.as_str()))
        .collect();
    ensure!(wrong.is_empty(), "the domain must not use {wrong:?}");
    Ok(())
}

#[test]
fn doors_to_the_outside_stay_where_they_are() -> Result<()> {
    let crates = dependencies()?;
    for (door, allowed) in DOORS {
        for (name, known) in &crates {
            let outside = known.contains(door) && !allowed.contains(&name.as_str());
            ensure!(!outside, "{name} must not use {door}");
        }
    }
    Ok(())
}
