//! Reads `postmaster.pid`, PostgreSQL's note of who runs a cluster and where it listens.

use std::path::{Path, PathBuf};

/// What `postmaster.pid` says about a postmaster that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its process id.
    pub pid: i32,
    /// The folder of its socket.
    pub socket: PathBuf,
}

/// The running postmaster of `cluster`; `None` if there is none (a note left by a crash counts as none).
pub fn running(cluster: &Path) -> Option<Running> {
    let text = std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    let running = parse(&text)?;
    is_postgres(running.pid).then_some(running)
}

/// Whether the noted postmaster is dead and not yet collected: PostgreSQL takes it for alive and starts nothing beside it.
pub fn lingers(cluster: &Path) -> bool {
    let noted = std::fs::read_to_string(cluster.join("postmaster.pid"))
        .ok()
        .and_then(|text| parse(&text));
    noted.is_some_and(|noted| is_uncollected(noted.pid))
}

fn is_uncollected(pid: i32) -> bool {
    // `4711 (postgres) Z ...`
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "))
}

/// Lines: process id, data directory, start time, port, socket folder, listen address, shared memory, status.
fn parse(text: &str) -> Option<Running> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok().filter(|pid| *pid > 0)?;
    let socket = PathBuf::from(lines.nth(3)?.trim());
    socket.is_absolute().then_some(Running { pid, socket })
}

/// Whether the process is alive and, where the system tells, really a PostgreSQL: ids are used again after a reboot.
pub fn is_postgres(pid: i32) -> bool {
    let Some(process) = rustix::process::Pid::from_raw(pid) else {
        return false;
    };
    let is_alive = !matches!(
        rustix::process::test_kill_process(process),
        Err(rustix::io::Errno::SRCH)
    );
    // `4711 (postgres) S ...`; Z is dead, and only waits for a parent that collects it, which some containers lack.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    is_alive
        && stat.map_or(true, |stat| {
            stat.contains(" (postgres) ") && !stat.contains(") Z ")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str =
        "4711\n/data/postgres\n1795000000\n5432\n/tmp/hilo-1a2b3c4d\n\n  5432001 65536\nready   \n";

    #[test]
    fn the_note_names_process_and_socket() {
        let expected = Running {
            pid: 4711,
            socket: PathBuf::from("/tmp/hilo-1a2b3c4d"),
        };
        assert_eq!(parse(NOTE), Some(expected));
    }

    #[test]
    fn a_half_written_note_is_no_note() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("4711\n/data/postgres\n"), None);
        assert_eq!(parse("-1\na\nb\nc\n/tmp/x\n"), None);
    }

    #[test]
    fn a_dead_process_that_nobody_collected_does_not_run_the_cluster() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("postgres");
        std::os::unix::fs::symlink("/bin/sleep", &program).unwrap();
        let mut child = std::process::Command::new(&program)
            .arg("60")
            .spawn()
            .unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        assert!(is_postgres(pid));
        child.kill().unwrap();
        let begun = std::time::Instant::now();
        while is_postgres(pid) {
            assert!(begun.elapsed().as_secs() < 5, "still counts as running");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert!(is_uncollected(pid));
        child.wait().unwrap();
        assert!(!is_uncollected(pid));
    }

    #[test]
    fn a_process_that_is_no_postgres_does_not_run_the_cluster() {
        let cluster = tempfile::tempdir().unwrap();
        let note = NOTE.replace("4711", &std::process::id().to_string());
        std::fs::write(cluster.path().join("postmaster.pid"), note).unwrap();
        assert_eq!(running(cluster.path()), None);
    }
}
