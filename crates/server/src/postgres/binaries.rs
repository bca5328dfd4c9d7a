//! Finds installed PostgreSQL servers. Runs nothing but `postgres --version` and `pg_config --bindir`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::{PostgresError, at};

/// The oldest major version Hilo works with.
const OLDEST: u32 = 15;
const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
/// Folders of versions beside each other: Debian, the PGDG packages of Red Hat, Homebrew, Postgres.app.
const FAMILIES: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/local/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "bin"),
];

/// One installed server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// Its major version.
    pub major: u32,
    /// The folder of `postgres`, `initdb` and `pg_ctl`.
    pub folder: PathBuf,
}

impl Binaries {
    /// The path of one of its programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The server for the cluster at `cluster`: of its own major version, or the newest when there is no cluster yet.
pub fn for_cluster(cluster: &Path) -> Result<Binaries, PostgresError> {
    let folders = candidate_folders();
    let installed: Vec<Binaries> = folders.iter().filter_map(|f| inspect(f)).collect();
    choose(cluster, made_by(cluster)?, installed, &folders)
}

/// The major version that made the cluster; `None` when there is none.
pub fn made_by(cluster: &Path) -> Result<Option<String>, PostgresError> {
    let file = cluster.join("PG_VERSION");
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(at(&file)(cause)),
    }
}

fn choose(
    cluster: &Path,
    made_by: Option<String>,
    installed: Vec<Binaries>,
    looked: &[PathBuf],
) -> Result<Binaries, PostgresError> {
    let majors: Vec<u32> = installed.iter().map(|b| b.major).collect();
    let usable = installed.into_iter().filter(|b| b.major >= OLDEST);
    match made_by {
        None => usable
            .max_by_key(|b| b.major)
            .ok_or_else(|| not_installed(looked)),
        Some(_) if majors.is_empty() => Err(not_installed(looked)),
        Some(made_by) => usable
            .into_iter()
            .find(|b| b.major.to_string() == made_by)
            .ok_or_else(|| PostgresError::OtherVersion {
                path: cluster.display().to_string(),
                made_by,
                installed: listed(majors),
            }),
    }
}

fn listed(mut majors: Vec<u32>) -> String {
    majors.sort_unstable();
    majors.dedup();
    let texts: Vec<String> = majors.iter().map(u32::to_string).collect();
    texts.join(", ")
}

fn not_installed(looked: &[PathBuf]) -> PostgresError {
    let folders: Vec<String> = looked.iter().map(|f| f.display().to_string()).collect();
    PostgresError::NotInstalled {
        looked: match folders.is_empty() {
            true => "/usr/lib/postgresql and PATH".to_owned(),
            false => folders.join(", "),
        },
    }
}

/// Folders that hold all needed programs, without repeats.
fn candidate_folders() -> Vec<PathBuf> {
    let versions = FAMILIES.iter().flat_map(|(family, bin)| {
        let entries = std::fs::read_dir(family).into_iter().flatten().flatten();
        entries.map(move |entry| entry.path().join(bin))
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in versions
        .chain(std::env::split_paths(&path))
        .chain(pg_config())
    {
        let is_whole = NEEDED.iter().all(|name| folder.join(name).is_file());
        let Ok(folder) = folder.canonicalize() else {
            continue;
        };
        if is_whole && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config")
        .arg("--bindir")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(text.trim()))
}

fn inspect(folder: &Path) -> Option<Binaries> {
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some(Binaries {
        major: major_of(&String::from_utf8_lossy(&output.stdout))?,
        folder: folder.to_owned(),
    })
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` and `... 18beta1`.
fn major_of(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("(PostgreSQL)")?;
    let digits: String = version
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(majors: &[u32]) -> Vec<Binaries> {
        let at = |major: &u32| Binaries {
            major: *major,
            folder: PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")),
        };
        majors.iter().map(at).collect()
    }

    fn chosen(made_by: Option<&str>, majors: &[u32]) -> Result<u32, String> {
        let cluster = Path::new("/data/postgres");
        choose(cluster, made_by.map(str::to_owned), installed(majors), &[])
            .map(|b| b.major)
            .map_err(|e| e.to_string())
    }

    #[test]
    fn a_new_cluster_takes_the_newest_server() {
        assert_eq!(chosen(None, &[15, 17, 16]), Ok(17));
    }

    #[test]
    fn an_old_cluster_keeps_its_server() {
        assert_eq!(chosen(Some("15"), &[15, 17]), Ok(15));
    }

    #[test]
    fn another_major_version_is_told_with_both_numbers() {
        let error = chosen(Some("14"), &[17, 15]).unwrap_err();
        assert!(error.contains("made by PostgreSQL 14"), "{error}");
        assert!(error.contains("only PostgreSQL 15, 17"), "{error}");
    }

    #[test]
    fn servers_older_than_15_do_not_count() {
        assert!(
            chosen(None, &[13])
                .unwrap_err()
                .contains("no PostgreSQL 15")
        );
        assert!(chosen(Some("13"), &[13]).is_err());
    }

    #[test]
    fn versions_are_read_as_packagers_write_them() {
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_of("bash"), None);
    }
}
