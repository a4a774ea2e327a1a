//! A file that is there only to be thrown away.
//!
//! A disk that is full stops a centre in the middle of a day. So 64 MiB are kept beside the queue;
//! when a commit fails for want of space they are given up: the action that failed is refused, and
//! those after it have room to let the day end. It is laid down again when a store
//! is opened on a disk with room.

use std::fs::File;

use rustix::fs::{FallocateFlags, fallocate, statvfs};

use crate::StoreUrl;

/// How much is kept, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    /// The ballast's size.
    pub(crate) bytes: u64,
    /// It is taken only from a disk that has so much to spare, bytes.
    pub(crate) free_min: u64,
}

impl Measure {
    /// For a store that is gone in a minute.
    pub(crate) const NONE: Self = Self { bytes: 0, free_min: 0 };
}

impl Default for Measure {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, free_min: 1024 * 1024 * 1024 }
    }
}

/// Puts the ballast down where there is none and the disk has room for it.
pub(crate) fn keep(url: &StoreUrl, measure: Measure) {
    let (Ok(file), Ok(path)) = (url.file(), url.beside("ballast")) else { return };
    if path.exists() || measure.bytes == 0 {
        return;
    }
    let free = statvfs(file).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    if free < measure.free_min {
        tracing::warn!(free_mib = free / (1024 * 1024), "the disk of the queue is nearly full");
        return;
    }
    let made = File::options().write(true).create_new(true).open(&path).and_then(|file| {
        fallocate(&file, FallocateFlags::empty(), 0, measure.bytes).map_err(std::io::Error::from)
    });
    if let Err(error) = made {
        // The queue works without it; a file system that cannot reserve space is no fault of ours.
        tracing::debug!(%error, "no ballast");
        drop_it(url);
    }
}

pub(crate) fn is_there(url: &StoreUrl) -> bool {
    url.beside("ballast").is_ok_and(|path| path.exists())
}

/// Gives the ballast up; whether there was any.
pub(crate) fn drop_it(url: &StoreUrl) -> bool {
    url.beside("ballast").is_ok_and(|path| std::fs::remove_file(path).is_ok())
}

#[cfg(test)]
mod tests;
