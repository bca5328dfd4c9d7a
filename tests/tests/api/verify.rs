//! `hilo verify` and `hilo checkpoint`: what fits, what does not, and with which code the command ends (R7).

use std::path::Path;

use anyhow::{Context as _, Result};
use hilo_tests::export::export;
use hilo_tests::{Company, Hilo};
use sqlx::{Connection as _, PgConnection};

async fn company() -> Result<Company> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    for text in ["uno", "dos", "tres"] {
        visitor.write(text).await?;
    }
    Ok(company)
}

/// What `hilo verify` prints, behind its code.
async fn verify(hilo: &Hilo, arguments: &[&str]) -> Result<(Option<i32>, String)> {
    let output = hilo.output(&[&["verify"], arguments].concat()).await?;
    Ok((output.status.code(), String::from_utf8(output.stdout)?))
}

async fn change(hilo: &Hilo, statement: &str) -> Result<()> {
    let mut connection = PgConnection::connect(hilo.database_url()).await?;
    sqlx::raw_sql(statement).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path of letters")
}

#[tokio::test]
async fn a_journal_is_verified_beside_its_server_and_against_a_checkpoint() -> Result<()> {
    let company = company().await?;
    let hilo = &company.hilo;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("checkpoint.json");
    let (code, said) = verify(hilo, &[]).await?;
    assert_eq!(code, Some(0), "{said}");
    hilo.run(&["checkpoint", "--out", text(&file)?]).await?;
    let again = hilo.run(&["checkpoint", "--out", text(&file)?]).await;
    assert!(again.is_err(), "a checkpoint is not written over");
    company.visitor().await?.write("cuatro").await?;
    let (code, said) = verify(hilo, &["--checkpoint", text(&file)?]).await?;
    assert_eq!(code, Some(0), "{said}");

    let key = "0".repeat(64);
    let other = ["--checkpoint", text(&file)?, "--public-key", &key];
    assert_eq!(verify(hilo, &other).await?.0, Some(2));
    let forged = std::fs::read_to_string(&file)?.replace("\"position\": ", "\"position\": 1");
    std::fs::write(&file, forged)?;
    assert_eq!(
        verify(hilo, &["--checkpoint", text(&file)?]).await?.0,
        Some(2)
    );

    change(hilo, "DELETE FROM events WHERE position = 4").await?;
    let (code, said) = verify(hilo, &[]).await?;
    assert_eq!(code, Some(1));
    assert_eq!(
        said,
        "damaged at position 4: missing row: event 4 is gone\n"
    );
    Ok(())
}

#[tokio::test]
async fn an_export_is_verified_without_a_database() -> Result<()> {
    let company = company().await?;
    let hilo = &company.hilo;
    let folder = tempfile::tempdir()?;
    let (file, checkpoint) = (
        folder.path().join("export"),
        folder.path().join("checkpoint"),
    );
    hilo.run(&["checkpoint", "--out", text(&checkpoint)?])
        .await?;
    let genuine = export(hilo, false).await?;
    let lines: Vec<&str> = genuine.lines().collect();
    let (first, rest) = lines.split_at(3);
    let (two, last) = rest.split_at(2);
    let changed = genuine.replacen("\"occurred_at\":\"2", "\"occurred_at\":\"1", 1);
    let swapped = [first, &[rest[1], rest[0]], last].concat().join("\n");
    let missing = [first, last].concat().join("\n");
    let cut = [first, two].concat().join("\n");
    for (content, code, words) in [
        (genuine.as_str(), 0, "events up to position"),
        (&changed, 1, "changed bytes"),
        (&swapped, 1, "at position 4: swapped rows"),
        (&missing, 1, "events 4 to 5 are gone"),
        (&cut, 1, "damaged at position"),
        ("{}", 1, "line 1"),
        ("", 2, ""),
    ] {
        std::fs::write(&file, content)?;
        let arguments = [text(&file)?, "--checkpoint", text(&checkpoint)?];
        let (ended, said) = verify(hilo, &arguments).await?;
        assert_eq!(ended, Some(code), "{said}");
        assert!(said.contains(words), "{said}");
    }
    let opened = export(hilo, true).await?;
    std::fs::write(&file, opened)?;
    assert_eq!(verify(hilo, &[text(&file)?]).await?.0, Some(0));
    let later = hilo.run(&["export", "--after", "3"]).await?;
    std::fs::write(&file, later)?;
    assert_eq!(verify(hilo, &[text(&file)?]).await?.0, Some(1));
    assert_eq!(
        verify(hilo, &[text(&file)?, "--after", "3"]).await?.0,
        Some(0)
    );
    Ok(())
}
