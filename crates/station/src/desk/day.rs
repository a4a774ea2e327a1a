//! All of a day, for a program that starts in the middle of it.

use queue::BusinessDay;
use uuid::Uuid;

use super::{Answer, News, Trouble, Worker};

impl<T: FnMut(News)> Worker<T> {
    pub(super) fn day(&mut self, request: Uuid, day: BusinessDay) {
        let answer = match &mut self.open {
            None => Answer::Failed(Trouble::from(&store::Error::Away)),
            Some(open) => match open.store.day(day) {
                Ok(events) => Answer::Day(events),
                Err(error) => Answer::Failed(Trouble::from(&error)),
            },
        };
        (self.tell)(News::Answer { request, answer });
    }
}
