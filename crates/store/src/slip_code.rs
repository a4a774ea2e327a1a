//! The check code on a slip, against copies and inventions.
//!
//! A slip is valid for its day, and so is its code: it is keyed with the key of the day that lies
//! beside the queue (`person`) and is destroyed with the day. So there is no secret to set up, to
//! copy or to lose, and an old slip says nothing. The code covers the centre, the day, the number
//! and the ticket: it is the ticket's own, the same on every copy of its slip.

use std::path::Path;

use hmac::{Hmac, Mac};
use queue::{Action, BusinessDay, Number, PrintState, Ticket, Timestamp};
use sha2::Sha256;

use crate::person::{day_key, known_key};
use crate::site::Applied;
use crate::{Error, Store};

/// Figures and letters without those that are read as others (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Thirty bits: nobody guesses one in a day at a counter.
const LENGTH: usize = 6;

impl Store {
    /// The check code on the slip of a number of today, e.g. `4F7-K2M`; nothing when no slip was
    /// printed today on this machine or server, or the number is none of today.
    ///
    /// # Errors
    /// Whatever the disk or the server says.
    pub fn slip_code(&mut self, number: &Number, now: Timestamp) -> Result<Option<String>, Error> {
        let now = self.corrected(now);
        let applied = self.applied()?;
        let day = applied.wall.local(now).day;
        let Some(ticket) = self.ticket(day, number)? else { return Ok(None) };
        let key = match self.daykey() {
            Some(path) => known_key(&path, day)?,
            None => Some(self.slip_key_of(day)?),
        };
        Ok(key.and_then(|key| code(&key, &applied, day, &ticket)))
    }

    /// Whether this is the check code of that number, as somebody reads it from a slip.
    ///
    /// # Errors
    /// As [`slip_code`](Self::slip_code).
    pub fn slip_code_is(
        &mut self,
        number: &Number,
        said: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let right = self.slip_code(number, now)?;
        Ok(right.is_some_and(|right| read(&right) == read(said)))
    }

    /// The code of a slip whose printing was noted on a server.
    pub(crate) fn code_from_server(
        &mut self,
        action: &Action,
        ticket: Option<&Ticket>,
        now: Timestamp,
    ) -> Option<String> {
        let ticket = ticket.filter(|_| prints(action))?;
        let told = self.applied().and_then(|applied| {
            let day = applied.wall.local(now).day;
            if applied.wall.local(ticket.issued_at).day != day {
                return Ok(None);
            }
            let key = self.slip_key_of(day)?;
            Ok(code(&key, &applied, day, ticket))
        });
        without(told)
    }

    fn slip_key_of(&mut self, day: BusinessDay) -> Result<Vec<u8>, Error> {
        if let Some((known, key)) = &self.slip_key
            && *known == day
        {
            return Ok(key.clone());
        }
        let key = self.server_key(day)?;
        self.slip_key = Some((day, key.clone()));
        Ok(key)
    }
}

/// The code of a slip whose printing is being noted, inside that transaction.
pub(crate) fn of_print(
    daykey: &Path,
    applied: &Applied,
    action: &Action,
    ticket: Option<&Ticket>,
    now: Timestamp,
) -> Option<String> {
    let ticket = ticket.filter(|_| prints(action))?;
    let day = applied.wall.local(now).day;
    // A slip of yesterday must not replace the key of today.
    if applied.wall.local(ticket.issued_at).day != day {
        return None;
    }
    without(day_key(daykey, day).map(|key| code(&key, applied, day, ticket)))
}

/// A slip without a code is better than none.
fn without(told: Result<Option<String>, Error>) -> Option<String> {
    told.unwrap_or_else(|error| {
        tracing::warn!(%error, "a slip is printed without its check code");
        None
    })
}

fn prints(action: &Action) -> bool {
    matches!(action, Action::Print { print: PrintState::Printing, .. })
}

fn code(key: &[u8], applied: &Applied, day: BusinessDay, ticket: &Ticket) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    // Identity numbers are keyed with the same key: none of them begins so.
    let about = format!("slip\0{}\0{}\0{}\0{}", applied.site.id, day.0, ticket.number, ticket.id.0);
    mac.update(about.as_bytes());
    let digest = mac.finalize().into_bytes();
    let mut bits = digest.iter().take(4).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
    let mut text = String::new();
    for place in 0..LENGTH {
        if place == LENGTH / 2 {
            text.push('-');
        }
        text.push(char::from(LETTERS[(bits & 31) as usize]));
        bits >>= 5;
    }
    Some(text)
}

/// A code as people read it: without case, spaces and hyphens, O for zero, I and L for one.
fn read(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    letters
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}
