//! As whom PostgreSQL runs: as ourselves, or, since it refuses to run as root, as a user without rights.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::{PostgresError, at};

/// A user of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunAs {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Whether that is another user than ours; only root can be another.
    pub is_other: bool,
}

impl RunAs {
    /// The user for the cluster at `cluster`: its owner if it exists; else ourselves, or `postgres` or `nobody` for root.
    pub fn for_cluster(cluster: &Path) -> Result<Self, PostgresError> {
        let user = rustix::process::geteuid().as_raw();
        let group = rustix::process::getegid().as_raw();
        let owner = match std::fs::metadata(cluster) {
            Ok(metadata) => Some((metadata.uid(), metadata.gid())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(cause) => return Err(at(cluster)(cause)),
        };
        match owner {
            Some((uid, _)) if uid == 0 || (uid != user && user != 0) => {
                Err(foreign(cluster, uid, user))
            }
            Some((uid, gid)) => Ok(Self {
                uid,
                gid,
                is_other: uid != user,
            }),
            None if user != 0 => Ok(Self {
                uid: user,
                gid: group,
                is_other: false,
            }),
            None => Ok(without_rights()),
        }
    }

    /// A command that runs as this user, with nothing of ours on its standard input.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        if self.is_other {
            // The standard library drops root's other groups together with the user id.
            command.uid(self.uid).gid(self.gid).env_remove("HOME");
        }
        // Variables such as PGDATA or PGPORT would talk over our arguments.
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            if name_text.starts_with("PG") || name_text.starts_with("HILO_") {
                command.env_remove(&name);
            }
        }
        command.env("LC_ALL", "C").current_dir("/");
        command
    }

    /// Whether this user may enter `folder`, asked by trying it as that user.
    pub fn can_enter(&self, folder: &Path) -> bool {
        self.command(Path::new("/bin/sh"))
            .args(["-c", "cd -- \"$1\"", "sh"])
            .arg(folder)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Gives `path` to this user.
    pub fn give(&self, path: &Path) -> Result<(), PostgresError> {
        if !self.is_other {
            return Ok(());
        }
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid)).map_err(at(path))
    }
}

fn foreign(cluster: &Path, owner: u32, user: u32) -> PostgresError {
    PostgresError::ForeignOwner {
        path: cluster.display().to_string(),
        owner,
        user,
    }
}

fn without_rights() -> RunAs {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let (uid, gid) = ["postgres", "nobody"]
        .iter()
        .find_map(|name| ids_of(&passwd, name))
        .unwrap_or((65_534, 65_534));
    RunAs {
        uid,
        gid,
        is_other: true,
    }
}

/// `postgres:x:105:113:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash`
fn ids_of(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_in_the_password_file() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\npostgres:x:105:113:,,,:/var/lib:/bin/bash\n";
        assert_eq!(ids_of(passwd, "postgres"), Some((105, 113)));
        assert_eq!(ids_of(passwd, "post"), None);
    }

    #[test]
    fn a_cluster_of_another_user_is_refused_unless_we_are_root() {
        let user = rustix::process::geteuid().as_raw();
        let root_owned = RunAs::for_cluster(Path::new("/"));
        assert!(
            root_owned.is_err(),
            "nobody runs a cluster of root, as user {user}"
        );
    }

    #[test]
    fn everybody_may_enter_the_root_folder() {
        let run_as = RunAs::for_cluster(Path::new("/nonexistent/postgres")).unwrap();
        assert!(run_as.can_enter(Path::new("/")));
        assert!(!run_as.can_enter(Path::new("/nonexistent")));
        assert_ne!(run_as.uid, 0, "PostgreSQL refuses to run as root");
    }
}
