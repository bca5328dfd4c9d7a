//! The real program as an operator meets it: starts, is killed, takes over, refuses with one line.

#![expect(clippy::unwrap_used, reason = "a test's own steps fail loudly")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn hilo(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hilo"));
    command
        .current_dir(data)
        .env("HILO_DATA", data.join("data"))
        .env("HILO_LISTEN", "127.0.0.1:0");
    command
}

struct Running(Child);

impl Running {
    /// Waits for the line that says where Hilo listens.
    fn start(data: &Path) -> (Self, String) {
        let mut child = hilo(data)
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.strip_prefix("Hilo listens on ").unwrap().to_owned();
        let rest: String = (&mut lines).take(3).map(Result::unwrap).collect();
        assert!(rest.contains("/set-up?token="), "{rest}");
        (Self(child), url)
    }

    fn signal(mut self, signal: rustix::process::Signal) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, signal).unwrap();
        self.0.wait().unwrap().code()
    }
}

fn postmaster(data: &Path) -> Option<String> {
    let note = std::fs::read_to_string(data.join("data/postgres/postmaster.pid")).ok()?;
    note.lines().next().map(str::to_owned)
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("hilo: "), "{text}");
    last.to_owned()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o711);
    std::fs::set_permissions(folder.path(), mode).unwrap();
    folder
}

#[test]
fn a_killed_hilo_leaves_postgresql_to_the_next_one() {
    let folder = folder();
    let (first, url) = Running::start(folder.path());
    let database = postmaster(folder.path()).unwrap();

    let second = refused(&hilo(folder.path()).arg("serve").output().unwrap());
    assert!(
        second.contains("is in use by another hilo (process"),
        "{second}"
    );
    let elsewhere = self::folder();
    let address = url.strip_prefix("http://").unwrap();
    let same_port = hilo(elsewhere.path())
        .arg("serve")
        .env("HILO_LISTEN", address)
        .output()
        .unwrap();
    assert!(refused(&same_port).contains(&format!("cannot listen on {address}")));

    first.signal(rustix::process::Signal::KILL);
    assert_eq!(
        postmaster(folder.path()).as_ref(),
        Some(&database),
        "it outlives hilo"
    );
    let (next, _) = Running::start(folder.path());
    assert_eq!(
        postmaster(folder.path()),
        Some(database),
        "taken over, not started again"
    );

    let export = hilo(folder.path()).arg("export").output().unwrap();
    assert!(
        export.status.success() && export.stdout.is_empty(),
        "nothing happened yet"
    );
    assert_eq!(next.signal(rustix::process::Signal::TERM), Some(0));
    assert_eq!(postmaster(folder.path()), None, "stopped with hilo");
}

#[test]
fn wrong_settings_are_refused_in_one_line() {
    let folder = folder();
    std::fs::write(
        folder.path().join("hilo.toml"),
        "log = \"warn\"\nworkers = 0\n",
    )
    .unwrap();
    let line = refused(&hilo(folder.path()).arg("serve").output().unwrap());
    assert_eq!(
        line,
        "hilo: hilo.toml line 2: workers = \"0\" is not allowed: a number from 1 to 256"
    );
}

#[test]
fn an_unreachable_database_is_one_line() {
    let folder = folder();
    let output = hilo(folder.path())
        .arg("serve")
        .env(
            "HILO_DATABASE_URL",
            "postgres://hilo:hunter2@127.0.0.1:1/hilo",
        )
        .output()
        .unwrap();
    let line = refused(&output);
    assert!(
        line.contains("the database at 127.0.0.1:1 cannot be reached"),
        "{line}"
    );
    assert!(!line.contains("hunter2"));
}

#[test]
fn the_schema_needs_no_database() {
    let folder = folder();
    let output = hilo(folder.path()).arg("schema").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("type Query"));
    assert!(!folder.path().join("data").exists());
}
