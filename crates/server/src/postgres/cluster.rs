//! Makes a cluster, starts and stops its postmaster. One call each; who calls when is the supervisor's business.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Output};

use super::binaries::Binaries;
use super::error::{PostgresError, at};
use super::place::Place;

/// The name of the superuser of a private cluster. Only the socket leads to it.
pub const SUPERUSER: &str = "postgres";

/// Durable in every sense Hilo promises, reachable by the socket alone, silent about what is written.
const SETTINGS: [&str; 12] = [
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "max_connections=100",
    "timezone=UTC",
    "lc_messages=C",
    // A failed statement's text or a violated key's value could be a customer's words.
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length_on_error=0",
];

/// Makes the cluster if there is none. What a crash left half made is made again.
pub fn make(place: &Place, binaries: &Binaries) -> Result<(), PostgresError> {
    if place.cluster.join("PG_VERSION").exists() {
        return Ok(());
    }
    tracing::info!(cluster = %place.cluster.display(), version = binaries.major, "making a private PostgreSQL cluster");
    let mut output = initdb(place, binaries, "C.UTF-8")?;
    if String::from_utf8_lossy(&output.stderr).contains("invalid locale name") {
        output = initdb(place, binaries, "C")?;
    }
    if !output.status.success() {
        return Err(PostgresError::Program {
            program: "initdb",
            cause: last_words(&String::from_utf8_lossy(&output.stderr)),
        });
    }
    std::fs::rename(&place.draft, &place.cluster).map_err(at(&place.cluster))?;
    if let Some(base) = place.cluster.parent() {
        File::open(base)
            .and_then(|f| f.sync_all())
            .map_err(at(base))?;
    }
    Ok(())
}

fn initdb(place: &Place, binaries: &Binaries, locale: &str) -> Result<Output, PostgresError> {
    let draft = &place.draft;
    match std::fs::remove_dir_all(draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(at(draft)(error)),
        _ => {}
    }
    DirBuilder::new()
        .mode(0o700)
        .create(draft)
        .map_err(at(draft))?;
    place.run_as.give(draft)?;
    let program = binaries.program("initdb");
    place
        .run_as
        .command(&program)
        .arg("--pgdata")
        .arg(draft)
        .args(["--username", SUPERUSER, "--auth", "trust"])
        .args(["--encoding", "UTF8", "--data-checksums"])
        .arg(format!("--locale={locale}"))
        .output()
        .map_err(at(&program))
}

/// Starts the postmaster in a process group of its own, so that a Ctrl-C in the terminal reaches Hilo alone.
/// It lives on when Hilo is killed; the next Hilo takes it over.
pub fn start(place: &Place, binaries: &Binaries) -> Result<Child, PostgresError> {
    place.make_socket_folder()?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&place.log)
        .map_err(at(&place.log))?;
    let second = log.try_clone().map_err(at(&place.log))?;
    let program = binaries.program("postgres");
    let mut command = place.run_as.command(&program);
    command.arg("-D").arg(&place.cluster);
    command.arg("-c").arg(format!(
        "unix_socket_directories={}",
        place.socket.display()
    ));
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
        .stdout(log)
        .stderr(second)
        .process_group(0)
        .spawn()
        .map_err(at(&program))
}

/// Stops the postmaster, whoever started it; waits until it is gone. Open transactions are rolled back.
pub fn stop(place: &Place, binaries: &Binaries) -> Result<(), PostgresError> {
    let program = binaries.program("pg_ctl");
    let output = place
        .run_as
        .command(&program)
        .arg("stop")
        .arg("-D")
        .arg(&place.cluster)
        .args(["-m", "fast", "-w", "-t", "60", "-s"])
        .output()
        .map_err(at(&program))?;
    // Only its socket was in there.
    let _left = std::fs::remove_dir(&place.socket);
    if output.status.success() {
        return Ok(());
    }
    Err(PostgresError::Program {
        program: "pg_ctl stop",
        cause: last_words(&String::from_utf8_lossy(&output.stderr)),
    })
}

/// The last thing PostgreSQL complained about in its log.
pub fn last_complaint(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    last_words(&String::from_utf8_lossy(&text))
}

/// The last line that says what was wrong; the last line at all if none does.
fn last_words(text: &str) -> String {
    let mut lines = text.lines().rev().map(str::trim).filter(|l| !l.is_empty());
    let last = lines.clone().next().unwrap_or("it said nothing");
    lines
        .find_map(|line| {
            ["FATAL:", "PANIC:", "error:"]
                .iter()
                .find_map(|mark| line.split_once(mark))
        })
        .map_or(last, |(_, words)| words.trim())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_complaint_is_one_line_without_its_prefix() {
        let log = "2026-11-21 LOG:  starting\n2026-11-21 03:00:00 UTC [1] FATAL:  could not create lock file\n\
                   2026-11-21 LOG:  database system is shut down\n";
        assert_eq!(last_words(log), "could not create lock file");
        assert_eq!(last_words("initdb: error: no space"), "no space");
        assert_eq!(last_words("\n"), "it said nothing");
    }
}
