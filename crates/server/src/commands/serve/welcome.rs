//! What Hilo prints when it is ready: its address, and what to do first. The only lines on standard output.

use std::io::Write;

use hilo_app::App;

use crate::commands::demo;
use crate::state::{Settings, local_url};

const COPY: &str = "
This database is a copy, or was restored. Hilo serves it and sends nothing to the outside.
If it is the one to go on with, stop Hilo and start it once with: hilo serve --adopt
";

/// The text. Makes a one-time set-up token as long as there is no workspace.
pub async fn text(app: &App, settings: &Settings) -> anyhow::Result<String> {
    let url = local_url(settings.listen);
    let mut text = format!("Hilo listens on {url}\n");
    if !app.journal().is_adopted() {
        text += COPY;
    }
    if let Some(token) = app.set_up_token().await? {
        let base = settings.base_url();
        text += &format!(
            "\nThere is no workspace yet. Make it here (the address works once, for a day):\n  \
             {base}/set-up?token={token}\n"
        );
    }
    if settings.demo && demo::is_filled(app) {
        text += &demo_text(&url);
    }
    Ok(text)
}

/// Writes it, at once.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn demo_text(url: &str) -> String {
    let mut text = format!(
        "\n  Inbox            {url}/\n  Demo shop        {url}/demo/shop\n  GraphQL explorer {url}/graphiql\n\n"
    );
    for account in &demo::ACCOUNTS {
        text += &format!("  Sign in as {:<25} {}\n", account.email, account.what);
    }
    text + &format!("  Password   {}\n\n", demo::PASSWORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_says_where_to_go_and_who_to_be() {
        let text = demo_text("http://127.0.0.1:8080");
        for part in [
            "/demo/shop",
            "/graphiql",
            "marek@demo.hilo.example",
            "hilo-demo-2026",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
