//! A nudge: somebody has committed, look at the feed now.
//!
//! The feed is the truth and is polled; the nudge only saves the wait. Whoever commits writes one
//! byte into `queue.nudge` *after* the commit is visible, and observers watch that file. The
//! database's own files are never watched: their last write comes before the commit can be seen.
//! A server tells by NOTIFY.

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify;

use crate::pause::pause;
use crate::server::Stirred;

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
pub struct News(Source);

#[derive(Debug)]
enum Source {
    File(Watch),
    Server {
        stirred: Arc<Stirred>,
        seen: u64,
    },
    /// Nobody tells; there is only the poll.
    Silent,
}

/// A nudge file and the system's watch on it.
#[derive(Debug)]
struct Watch {
    path: PathBuf,
    watch: Option<OwnedFd>,
}

impl News {
    pub(crate) fn of(path: &Path) -> Self {
        let watch = watch(path);
        if watch.is_none() {
            tracing::warn!("no nudge from {}; the feed is only polled", path.display());
        }
        Self(Source::File(Watch { path: path.to_owned(), watch }))
    }

    pub(crate) fn from_server(stirred: Arc<Stirred>) -> Self {
        let seen = stirred.now().count;
        Self(Source::Server { stirred, seen })
    }

    pub(crate) fn silent() -> Self {
        Self(Source::Silent)
    }

    /// Waits for a nudge, at most `timeout`. Without a working watch it waits the whole time.
    pub fn wait(&mut self, timeout: Duration) -> Woken {
        match &mut self.0 {
            Source::File(watch) => watch.wait(timeout),
            Source::Server { stirred, seen } => {
                let before = std::mem::replace(seen, stirred.wait(*seen, timeout));
                if before == *seen { Woken::Timeout } else { Woken::Nudge }
            }
            Source::Silent => {
                pause(timeout);
                Woken::Timeout
            }
        }
    }
}

impl Watch {
    fn wait(&mut self, timeout: Duration) -> Woken {
        let limit = Timespec::try_from(timeout).ok();
        let Some(fd) = &self.watch else {
            pause(timeout);
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
