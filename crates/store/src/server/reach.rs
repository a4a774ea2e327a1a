//! How far back a program can read: a mirror has the day and what waits are estimated from, and is
//! made to reach further when somebody asks for more.

use queue::BusinessDay;

use super::mirror::Reach;
use crate::open::Home;
use crate::{Error, Store};

impl Store {
    /// Looks for news where that is worth a look: observers ask many times a second.
    pub(crate) fn look(&mut self) -> Result<(), Error> {
        if let (Some(db), Home::Server(server)) = (self.db.as_mut(), &mut self.home) {
            let looked = server.sync_if_stirred(db).and_then(|_| server.narrow(db));
            self.lost |= looked.as_ref().is_err_and(Error::store_is_lost);
            looked?;
        }
        Ok(())
    }

    /// The first event from which on none is missing here.
    pub(crate) fn first_seq(&self) -> i64 {
        match &self.home {
            Home::File(_) => 1,
            Home::Server(server) => server.reach.seq,
        }
    }

    /// From this event on none is missing here.
    pub(crate) fn reach_seq(&mut self, seq: i64) -> Result<(), Error> {
        self.reach(|reach| reach.seq <= seq)
    }

    /// Of this day and those after it nothing is missing here.
    pub(crate) fn reach_day(&mut self, day: BusinessDay) -> Result<(), Error> {
        self.reach(|reach| reach.day <= day)
    }

    /// Nothing is missing here.
    pub(crate) fn reach_all(&mut self) -> Result<(), Error> {
        self.reach(|reach| *reach == Reach::WHOLE)
    }

    fn reach(&mut self, enough: impl Fn(&Reach) -> bool) -> Result<(), Error> {
        if let (Some(db), Home::Server(server)) = (self.db.as_mut(), &mut self.home)
            && !enough(&server.reach)
        {
            let widened = server.load(db, true);
            self.lost |= widened.as_ref().is_err_and(Error::store_is_lost);
            widened?;
        }
        Ok(())
    }
}
