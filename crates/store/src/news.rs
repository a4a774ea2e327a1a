//! A nudge: somebody has committed, look at the feed now.
//!
//! The feed is the truth and is polled; the nudge only saves the wait. Whoever commits writes one
//! byte into `queue.nudge` *after* the commit is visible, and observers watch that file. The
//! database's own files are never watched: their last write comes before the commit can be seen.

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify;

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Somebody has committed.
    Nudge,
    /// The time is over.
    Timeout,
}

/// A watch on one store's nudge file; lives on any thread.
#[derive(Debug)]
pub struct News {
    path: PathBuf,
    watch: Option<OwnedFd>,
}

impl News {
    pub(crate) fn of(path: &Path) -> Self {
        let watch = watch(path);
        if watch.is_none() {
            tracing::warn!("no nudge from {}; the feed is only polled", path.display());
        }
        Self { path: path.to_owned(), watch }
    }

    /// Waits for a nudge, at most `timeout`. Without a working watch it waits the whole time.
    pub fn wait(&mut self, timeout: Duration) -> Woken {
        let limit = Timespec::try_from(timeout).ok();
        let Some(fd) = &self.watch else {
            let nothing: &mut [PollFd<'_>] = &mut [];
            if let Err(error) = poll(nothing, limit.as_ref()) {
                tracing::debug!(%error, "wait was cut short");
            }
            self.watch = watch(&self.path);
            return Woken::Timeout;
        };
        let mut polled = [PollFd::new(fd, PollFlags::IN)];
        match poll(&mut polled, limit.as_ref()) {
            Ok(ready) if ready > 0 => {
                let mut buffer = [MaybeUninit::uninit(); 1_024];
                let mut reader = inotify::Reader::new(fd, &mut buffer);
                let mut gone = false;
                while let Ok(event) = reader.next() {
                    gone |= event.events().contains(inotify::ReadFlags::IGNORED);
                    if reader.is_buffer_empty() {
                        break;
                    }
                }
                if gone {
                    self.watch = None;
                }
                Woken::Nudge
            }
            _ => Woken::Timeout,
        }
    }
}

fn watch(path: &Path) -> Option<OwnedFd> {
    let flags = inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK;
    let fd = inotify::init(flags).ok()?;
    let wanted = inotify::WatchFlags::MODIFY | inotify::WatchFlags::DELETE_SELF;
    inotify::add_watch(&fd, path, wanted).ok()?;
    Some(fd)
}
