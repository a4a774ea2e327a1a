//! The one store behind all pages.

use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex};

use queue::wait::Experience;
use queue::{Board, Site, Timestamp};
use station::Clock;
use store::{Error, Store, StoreUrl};

/// How long what earlier days taught is believed.
const MINUTE_MS: i64 = 60_000;

/// The day as one request reads it.
pub(crate) struct Day {
    pub(crate) site: Site,
    pub(crate) board: Board,
    pub(crate) now: Timestamp,
}

/// Where all requests read.
pub(crate) struct Pages {
    clock: Clock,
    kept: Mutex<Kept>,
}

/// What lives longer than a request.
pub(crate) struct Kept {
    url: StoreUrl,
    /// The open store, and which file it is.
    store: Option<(Store, (u64, u64))>,
    experience: Option<(Timestamp, Experience)>,
}

impl Pages {
    pub(crate) fn new(url: StoreUrl, clock: Clock) -> Self {
        let kept = Kept { url, store: None, experience: None };
        Self { clock, kept: Mutex::new(kept) }
    }

    /// Lets go of a store that is not the one the others see any more, or that is to be restored:
    /// pages that nobody asks for would hold it for ever.
    pub(crate) fn tidy(&self) {
        // A request that is being answered looks by itself.
        let Ok(mut kept) = self.kept.try_lock() else { return };
        if kept.store.as_mut().is_some_and(|(store, _)| store.still_ours().is_err()) {
            kept.forget();
        }
    }

    /// Reads the day, and more, on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        self: Arc<Self>,
        more: impl FnOnce(Day, &mut Kept) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let read = tokio::task::spawn_blocking(move || {
            let mut kept = self.kept.lock().unwrap_or_else(|broken| {
                // A request that died may have left anything behind.
                self.kept.clear_poison();
                let mut kept = broken.into_inner();
                kept.forget();
                kept
            });
            let now = self.clock.now().wall;
            let done = kept.day(now).and_then(|day| more(day, &mut kept));
            if done.is_err() {
                // The next request opens it anew, and learns what is wrong by itself.
                kept.forget();
            }
            done
        });
        read.await.unwrap_or(Err(Error::Away))
    }
}

impl Kept {
    fn forget(&mut self) {
        (self.store, self.experience) = (None, None);
    }

    fn day(&mut self, now: Timestamp) -> Result<Day, Error> {
        let store = self.store()?;
        Ok(Day { site: store.site()?, board: store.board(now)?, now })
    }

    /// The store under its name. A file that was moved away goes on to be readable for whoever has
    /// it open, but what stands in it is no longer what the others see.
    pub(crate) fn store(&mut self) -> Result<&mut Store, Error> {
        let file = self.identity();
        let open = match self.store.take().filter(|(_, known)| Some(*known) == file) {
            Some(open) => open,
            None => {
                self.experience = None;
                let store = Store::open(&self.url)?;
                (store, self.identity().ok_or(Error::Away)?)
            }
        };
        Ok(&mut self.store.insert(open).0)
    }

    /// The file's device and place on it; a server says itself when it is another.
    fn identity(&self) -> Option<(u64, u64)> {
        let Some(path) = self.url.path() else { return Some((0, 0)) };
        std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
    }

    /// What earlier days and this one taught about waits.
    pub(crate) fn experience(&mut self, now: Timestamp) -> Result<&Experience, Error> {
        // A clock that was set back must not make it last.
        let fresh = |at: &Timestamp| (0..MINUTE_MS).contains(&now.since(*at));
        let experience = match self.experience.take().filter(|(at, _)| fresh(at)) {
            Some(kept) => kept,
            None => (now, self.store()?.experience(now)?),
        };
        Ok(&self.experience.insert(experience).1)
    }
}
