//! Is the file we write still the file the others see?
//!
//! Deleting `-shm` or moving a backup over a live database raises no error in the programs that
//! have it open; they go on and every ticket they acknowledge is lost. So the identity of the
//! three files is compared before each write and again before it is acknowledged.

use std::path::{Path, PathBuf};

use crate::{Error, StoreUrl, rescue};

/// The identity (device, inode) of a database and its two companions.
#[derive(Debug)]
pub(crate) struct Guard {
    files: [PathBuf; 3],
    seen: [(u64, u64); 3],
    url: StoreUrl,
}

impl Guard {
    /// Remembers the files as they are; called after the first statement, when all three exist.
    pub(crate) fn new(url: &StoreUrl) -> Result<Self, Error> {
        let path = url.file()?;
        let companion = |suffix: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        let files = [path.to_owned(), companion("-wal"), companion("-shm")];
        let seen = identities(&files).ok_or(Error::Replaced)?;
        Ok(Self { files, seen, url: url.clone() })
    }

    /// The write-ahead log.
    pub(crate) fn log(&self) -> &Path {
        &self.files[1]
    }

    /// # Errors
    /// [`Error::Replaced`] when any of the three is gone or another file, [`Error::Damaged`] when
    /// another program has found the file damaged.
    pub(crate) fn check(&self) -> Result<(), Error> {
        rescue::unmarked(&self.url)?;
        if identities(&self.files).as_ref() == Some(&self.seen) {
            Ok(())
        } else {
            Err(Error::Replaced)
        }
    }
}

fn identities(files: &[PathBuf; 3]) -> Option<[(u64, u64); 3]> {
    let identity = |path: &Path| {
        let stat = rustix::fs::stat(path).ok()?;
        Some((stat.st_dev, stat.st_ino))
    };
    Some([identity(&files[0])?, identity(&files[1])?, identity(&files[2])?])
}
