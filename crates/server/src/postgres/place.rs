//! Where the cluster, its log and its socket lie. The cluster is in the data folder, unless the user that runs
//! PostgreSQL cannot go there; then it is under `/var/lib/hilo`, and `postgres.location` says so.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::{PostgresError, at};
use super::run_as::RunAs;

const ELSEWHERE: &str = "/var/lib/hilo";
const LOCATION: &str = "postgres.location";
/// Short, because the path of a unix socket must fit into about a hundred bytes.
const SOCKETS: &str = "/tmp";

/// All paths of one cluster, and who runs it.
#[derive(Clone, Debug)]
pub struct Place {
    /// PostgreSQL's own data directory.
    pub cluster: PathBuf,
    /// The cluster while it is being made; renamed when it is whole.
    pub draft: PathBuf,
    /// What PostgreSQL says.
    pub log: PathBuf,
    /// The folder of its socket.
    pub socket: PathBuf,
    /// As whom it runs.
    pub run_as: RunAs,
}

impl Place {
    /// The place that belongs to the data folder `data` (absolute, without links).
    pub fn of(data: &Path) -> Result<Self, PostgresError> {
        Self::with_elsewhere(data, Path::new(ELSEWHERE))
    }

    fn with_elsewhere(data: &Path, elsewhere: &Path) -> Result<Self, PostgresError> {
        let location = data.join(LOCATION);
        if let Some(base) = read_location(&location)? {
            return Self::at(&base, data);
        }
        let place = Self::at(data, data)?;
        if place.cluster.exists() || !place.run_as.is_other || place.run_as.can_enter(data) {
            return Ok(place);
        }
        let base = elsewhere.join(short_hash(data));
        DirBuilder::new()
            .recursive(true)
            .mode(0o711)
            .create(&base)
            .map_err(at(&base))?;
        std::fs::write(&location, format!("{}\n", base.display())).map_err(at(&location))?;
        tracing::info!(
            data = %data.display(),
            database = %base.display(),
            "the user that runs PostgreSQL cannot enter the data folder; its files go elsewhere"
        );
        Self::at(&base, data)
    }

    fn at(base: &Path, data: &Path) -> Result<Self, PostgresError> {
        let cluster = base.join("postgres");
        Ok(Self {
            run_as: RunAs::for_cluster(&cluster)?,
            draft: base.join("postgres.new"),
            log: base.join("postgres.log"),
            socket: Path::new(SOCKETS).join(format!("hilo-{}", socket_hash(data))),
            cluster,
        })
    }

    /// Makes the socket's folder, for the user that runs PostgreSQL alone. Anybody may write to `/tmp`, so a
    /// folder that is there already is taken only if it is that user's and private.
    pub fn make_socket_folder(&self) -> Result<(), PostgresError> {
        let folder = &self.socket;
        match DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => return self.run_as.give(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(at(folder)(cause)),
        }
        let metadata = std::fs::symlink_metadata(folder).map_err(at(folder))?;
        // A crash between making and giving leaves a folder of root's own.
        let is_ours = metadata.uid() == self.run_as.uid
            || (self.run_as.is_other && metadata.uid() == rustix::process::geteuid().as_raw());
        if metadata.is_dir() && is_ours && metadata.mode() & 0o777 == 0o700 {
            self.run_as.give(folder)
        } else {
            Err(PostgresError::SocketFolderTaken {
                path: folder.display().to_string(),
                user: self.run_as.uid,
            })
        }
    }
}

fn read_location(file: &Path) -> Result<Option<PathBuf>, PostgresError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(at(file)(cause)),
    };
    let base = PathBuf::from(text.trim());
    if base.is_dir() {
        Ok(Some(base))
    } else {
        Err(PostgresError::Lost {
            file: file.display().to_string(),
            location: base.display().to_string(),
        })
    }
}

fn short_hash(path: &Path) -> String {
    hash(path).chars().take(16).collect()
}

fn socket_hash(path: &Path) -> String {
    hash(path).chars().take(8).collect()
}

fn hash(path: &Path) -> String {
    hex::encode(Sha256::digest(path.as_os_str().as_encoded_bytes()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn is_root() -> bool {
        rustix::process::geteuid().is_root()
    }

    fn open(folder: &Path, mode: u32) {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_cluster_lies_in_a_data_folder_that_can_be_entered() {
        let data = tempfile::tempdir().unwrap();
        open(data.path(), 0o711);
        let place = Place::of(data.path()).unwrap();
        assert_eq!(place.cluster, data.path().join("postgres"));
        assert!(!data.path().join(LOCATION).exists());
    }

    #[test]
    fn the_socket_path_is_short_however_deep_the_data_folder() {
        let deep = PathBuf::from(format!("/{}", "folder/".repeat(40)));
        let socket = Place::at(&deep, &deep).unwrap().socket;
        assert!(socket.join(".s.PGSQL.5432").as_os_str().len() < 100);
        assert_ne!(
            socket,
            Place::at(Path::new("/b"), Path::new("/b")).unwrap().socket
        );
    }

    #[test]
    fn a_data_folder_that_cannot_be_entered_names_the_other_place() {
        if !is_root() {
            return;
        }
        let home = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        std::fs::create_dir(&data).unwrap();
        open(home.path(), 0o700);

        let place = Place::with_elsewhere(&data, elsewhere.path()).unwrap();
        assert!(place.cluster.starts_with(elsewhere.path()), "{place:?}");
        let again = Place::with_elsewhere(&data, Path::new("/unused")).unwrap();
        assert_eq!(
            again.cluster, place.cluster,
            "the file decides from then on"
        );

        std::fs::remove_dir_all(elsewhere.path()).unwrap();
        let error = Place::with_elsewhere(&data, elsewhere.path()).unwrap_err();
        assert!(matches!(error, PostgresError::Lost { .. }), "{error}");
    }

    #[test]
    fn a_socket_folder_that_others_can_enter_is_not_used() {
        let data = tempfile::tempdir().unwrap();
        let mut place = Place::at(data.path(), data.path()).unwrap();
        place.socket = data.path().join("socket");
        place.make_socket_folder().unwrap();
        place.make_socket_folder().unwrap();
        open(&place.socket, 0o755);
        let error = place.make_socket_folder().unwrap_err();
        assert!(matches!(error, PostgresError::SocketFolderTaken { .. }));
    }
}
