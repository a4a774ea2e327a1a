//! What comes before everything else: said at once, again and again, until it is ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{End, RETRY, Report, Skip, Speaker};
use crate::compose::{Announcement, compose_message};
use crate::phrase::Notice;

/// A message to everybody in the hall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// The caller's name for it; one that stands already is not begun anew.
    pub id: i64,
    /// The sentence that says it, where there is one.
    pub notice: Option<Notice>,
    /// Read by the command for free text in place of the sentence; the sentence where it cannot be.
    pub text: Option<String>,
    /// Silence between the end and the next beginning.
    pub every: Duration,
    /// Louder or softer, dB; an emergency knows no quiet hours.
    pub gain_db: i32,
}

/// The emergency that stands, ready to be heard.
#[derive(Clone)]
pub(super) struct Alarm {
    pub(super) emergency: Emergency,
    announcement: Arc<Announcement>,
    /// When it is said next.
    due: Instant,
}

impl<T: FnMut(Report)> Speaker<T> {
    pub(super) fn raise(&mut self, emergency: Option<Emergency>) {
        let Some(emergency) = emergency else {
            self.alarm = None;
            return;
        };
        if self.alarm.as_ref().is_some_and(|alarm| alarm.emergency == emergency) {
            return;
        }
        let read = emergency.text.as_deref().and_then(|text| self.settings.reader.say(text));
        if emergency.text.is_some() && read.is_none() && !self.settings.reader.is_off() {
            (self.tell)(Report::Unread { id: emergency.id });
        }
        let voices = &self.settings.voices;
        let mut announcement = compose_message(emergency.notice, read.as_ref(), voices);
        announcement.louder(emergency.gain_db.max(0));
        let missing = std::mem::take(&mut announcement.missing);
        if announcement.clips.is_empty() && !missing.is_empty() {
            (self.tell)(Report::Incomplete { missing });
        }
        self.alarm =
            Some(Alarm { emergency, announcement: Arc::new(announcement), due: Instant::now() });
    }

    /// Whether what sounds now must make room: for an emergency, or because it has ended.
    pub(super) fn must_stop(&self) -> bool {
        self.alarm.as_ref().map(|alarm| alarm.emergency.id) != self.alarming
    }

    /// Says the emergency when it is due, and waits until then.
    pub(super) fn alarm(&mut self, alarm: &Alarm) {
        let id = alarm.emergency.id;
        self.alarming = Some(id);
        let left = alarm.due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let next = self.sound_alarm(&alarm.announcement, id, alarm.emergency.every);
            if let Some(stands) = self.alarm.as_mut().filter(|stands| stands.emergency.id == id) {
                stands.due = next;
            }
        } else {
            self.wait(left, None);
        }
        self.alarming = None;
    }

    /// Says it once; when it is said again.
    fn sound_alarm(&mut self, announcement: &Announcement, id: i64, every: Duration) -> Instant {
        self.open();
        if self.output.as_ref().is_none_or(super::Output::silent) {
            (self.tell)(Report::Skipped { id, why: Skip::Silent });
            // A loudspeaker that comes back is not made to wait.
            let soon = if self.output.is_none() { self.retry_at } else { Instant::now() + every };
            return soon.max(Instant::now() + RETRY.0);
        }
        // Nobody waits for a record of it.
        self.gone = id;
        (self.tell)(Report::Begun { id });
        match self.play(announcement, id) {
            End::Over => (self.tell)(Report::Spoken { id, attempt: 1 }),
            End::Lost => {
                (self.tell)(Report::Skipped { id, why: Skip::Silent });
                return self.retry_at.max(Instant::now() + RETRY.0);
            }
            End::Cut | End::Stopped => {}
        }
        Instant::now() + every
    }
}
