//! Before compiling: names this crate's code, so that states which other code folded can be told apart.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{error::Error, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!("cargo:rerun-if-changed=src");
    let mut files = BTreeSet::new();
    gather(Path::new("src"), &mut files)?;
    // Against accidents only: nobody gains by a snapshot that passes for another code's.
    let mut hasher = DefaultHasher::new();
    for file in &files {
        (file, fs::read(file)?).hash(&mut hasher);
    }
    println!("cargo:rustc-env=HILO_DOMAIN_CODE={:016x}", hasher.finish());
    Ok(())
}

fn gather(folder: &Path, files: &mut BTreeSet<PathBuf>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}
