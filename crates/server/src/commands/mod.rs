//! The command line: one module a command. What is in the way is told in one line on standard error.

mod admin;
mod checkpoint;
pub mod demo;
mod export;
mod rebuild;
mod rotate_key;
mod schema;
mod serve;
mod verify;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::telemetry;

/// Hilo: an inbox for everything customers write to a company.
#[derive(Parser)]
#[command(name = "hilo", version, arg_required_else_help = true)]
struct CommandLine {
    /// The settings file [default: hilo.toml, if it is there].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run Hilo.
    Serve {
        /// Fill an empty journal with a demo workspace; its accounts work on this machine only.
        #[arg(long)]
        demo: bool,
        /// Take over a database that was restored or copied: from now on it is this installation's. Only once, and
        /// only when nobody works with the original any more.
        #[arg(long)]
        adopt: bool,
    },
    /// Print the journal as JSON lines, stored bytes verbatim.
    Export {
        /// Add the opened texts. This is a look at everything customers wrote, and is logged as such.
        #[arg(long)]
        open: bool,
        /// Begin after this position.
        #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
        after: i64,
    },
    /// Make everything that screens show anew from the journal, beside a running Hilo, and go on with that.
    Rebuild,
    /// Wrap all keys with the master key, beside running Hilos that know it and the previous one.
    RotateKey,
    /// Check that nothing in the journal was changed. Ends with 0 when all fits, 1 on damage, 2 when it could not check.
    Verify(verify::Arguments),
    /// Write where the journal stands now, signed, to be kept elsewhere and given to `verify` later.
    Checkpoint {
        /// A new file for it [default: standard output].
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Print the GraphQL schema.
    Schema,
    /// Help from the machine itself.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Give somebody who is locked out a new password, printed once.
    ResetPassword {
        /// The e-mail address they sign in with.
        email: String,
    },
}

/// Runs the command of the command line.
pub fn run() -> ExitCode {
    let command_line = CommandLine::parse();
    let result = match command_line.command {
        Command::Schema => schema::run(),
        Command::Serve { demo, adopt } => {
            with_config(command_line.config, |c| serve::run(c, demo, adopt))
        }
        Command::Export { open, after } => {
            with_config(command_line.config, |c| export::run(c, open, after))
        }
        Command::Rebuild => with_config(command_line.config, rebuild::run),
        Command::RotateKey => with_config(command_line.config, rotate_key::run),
        Command::Verify(arguments) => return verify::run(command_line.config, &arguments),
        Command::Checkpoint { out } => {
            with_config(command_line.config, |c| checkpoint::run(c, out))
        }
        Command::Admin {
            command: AdminCommand::ResetPassword { email },
        } => with_config(command_line.config, |c| admin::reset_password(c, email)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

fn tell(error: &anyhow::Error) {
    // Nobody reads it if even this cannot be written.
    let _unread = writeln!(std::io::stderr(), "hilo: {}", one_line(error));
}

fn with_config<F, T>(file: Option<PathBuf>, command: impl FnOnce(Config) -> F) -> anyhow::Result<T>
where
    F: Future<Output = anyhow::Result<T>>,
{
    let config = Config::load(file.as_deref())?;
    telemetry::start(&config.log, config.log_format);
    for name in &config.unknown_variables {
        tracing::warn!(variable = %name, "the environment names a setting that does not exist");
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(command(config))
}

/// The error and its causes. Many errors repeat their cause in their own words; it is said once.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let words = cause.to_string().replace('\n', " ");
        if !line.contains(&words) {
            line = match line.is_empty() {
                true => words,
                false => format!("{line}: {words}"),
            };
        }
    }
    line
}

/// Whether whoever read our output has gone away (`hilo export | head`): no fault.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_cause_is_said_once_and_on_one_line() {
        let error = anyhow::anyhow!("permission\ndenied")
            .context("database: permission denied")
            .context("starting");
        assert_eq!(one_line(&error), "starting: database: permission denied");
    }

    #[test]
    fn a_negative_position_is_refused() {
        assert!(CommandLine::try_parse_from(["hilo", "export", "--after", "-1"]).is_err());
        assert!(CommandLine::try_parse_from(["hilo", "export", "--after", "5", "--open"]).is_ok());
    }
}
