//! The read model made anew: beside a running Hilo by command, and by a Hilo that finds none when it starts (R6).

use anyhow::Result;
use hilo_tests::company::{chat_saying, chats};
use hilo_tests::{At as _, Company, until};
use sqlx::{Connection as _, PgConnection};

async fn read_schemas(company: &Company) -> Result<Vec<String>> {
    let mut connection = PgConnection::connect(company.hilo.database_url()).await?;
    let names = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^read_' ORDER BY 1";
    Ok(sqlx::query_scalar(names).fetch_all(&mut connection).await?)
}

#[tokio::test]
async fn a_rebuild_beside_a_running_hilo_shows_the_same_chats_and_then_new_ones() -> Result<()> {
    let company = Company::found().await?;
    company.visitor().await?.write("hola").await?;
    chat_saying(&company.ana, "hola").await?;
    let before = chats(&company.ana, None).await?;
    let was = read_schemas(&company).await?;
    assert_eq!(was.len(), 1);
    let said = company.hilo.run(&["rebuild"]).await?;
    assert!(said.contains("is live at position"), "{said}");
    assert_eq!(chats(&company.ana, None).await?, before);
    company.visitor().await?.write("¿siguen ahí?").await?;
    chat_saying(&company.ana, "¿siguen ahí?").await?;
    assert_eq!(chats(&company.ana, None).await?.len(), before.len() + 1);
    until("the schema from before is dropped", async || {
        let now = read_schemas(&company).await?;
        Ok((now.len() == 1 && now != was).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_hilo_that_finds_no_read_model_fills_one_before_it_answers() -> Result<()> {
    let mut company = Company::found().await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let before = chats(&company.ana, None).await?;
    company.hilo.kill().await?;
    let schema = read_schemas(&company).await?.concat();
    let mut connection = PgConnection::connect(company.hilo.database_url()).await?;
    sqlx::raw_sql(&format!("DROP SCHEMA {schema} CASCADE"))
        .execute(&mut connection)
        .await?;
    company.hilo.start_again().await?;
    assert_eq!(chats(&company.ana, None).await?, before);
    assert_eq!(
        chat_saying(&company.ana, "hola").await?.at("/id"),
        row.at("/id")
    );
    Ok(())
}
