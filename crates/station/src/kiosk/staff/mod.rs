//! Staff at the kiosk: behind a PIN the paper, the slips in doubt, copies, numbers in a row.
//!
//! Nothing here is for visitors: the way in is not written on the screen, what a visitor had half
//! done is gone before it opens, and it closes by itself. Each deed stands in the ledger, as an event
//! of its ticket, or in the log.

mod mass;
mod show;

use queue::{Action, Intake, PinHash, PrintState, ServiceId, Slip, TicketId, Tries};
use zeroize::Zeroizing;

use super::dossiers::count_of;
use super::{At, Key, Kiosk, Order, PrintEnd, Settle, Tag};
use crate::Now;
use crate::desk::Answer;
use crate::flow::{Effect, EffectOf};
use crate::pin::{self, Pin};
use mass::Mass;

/// Staff who do nothing for so long have gone; they have more to do than a visitor.
pub(super) const IDLE_MS: i64 = 120_000;
/// Letters and figures of the longest number that is looked for.
const NUMBER_MAX: usize = 8;
/// Figures of a booking's code.
const CODE_FIGURES: usize = 6;
/// Figures of a count of dossiers.
const DOSSIERS_FIGURES: usize = 3;

/// Where staff are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the lock.
    Pin(Typed),
    /// What there is to know and to do.
    Menu,
    /// The slips of which nobody knows whether they are out.
    Doubts,
    /// A number is looked for, to print it again; what was typed of it.
    Copy(String),
    /// The series of which numbers are given in a row.
    Series,
    /// Numbers in a row: how many, whether really, how far.
    Mass,
    /// The services, to pause one for today or to open it again.
    Services,
}

/// A PIN on its way: in no debug text, out of memory when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Typed(Zeroizing<String>);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// A slip that staff asked for.
#[derive(Clone, Debug)]
struct Watched {
    job: u64,
    /// Its number; nothing for a trial.
    number: Option<String>,
    /// How it ended, once it has.
    end: Option<PrintEnd>,
}

/// What is kept of the staff's page.
#[derive(Debug, Default)]
pub(super) struct Staffing {
    tries: Tries,
    wrong: bool,
    watched: Option<Watched>,
    /// The printer that got new paper last, from 1.
    paper: Option<usize>,
    mass: Option<Mass>,
    /// Why a service was not paused or opened.
    told: Option<String>,
}

impl Kiosk {
    /// How often its PIN was guessed before the program was started.
    #[must_use]
    pub fn guessed(mut self, tries: Tries) -> Self {
        self.staffing.tries = tries;
        self
    }

    /// Whether somebody has shown the PIN.
    pub(super) fn staff_in(&self) -> bool {
        match &self.at {
            At::Staff(place) => !matches!(place, Place::Pin(_)),
            At::Home
            | At::Agency { .. }
            | At::Search
            | At::Service { .. }
            | At::Papers { .. }
            | At::Dossiers { .. }
            | At::Many { .. }
            | At::Priority { .. }
            | At::Meant { .. }
            | At::Offer { .. }
            | At::Issuing { .. }
            | At::Arriving
            | At::Ticket(_)
            | At::Code(_) => false,
        }
    }

    /// Whether the lock shows how long nobody may try.
    pub(super) fn staff_waits(&self, now: Now) -> bool {
        matches!(self.at, At::Staff(Place::Pin(_))) && self.staffing.tries.wait_ms(now.wall.0) > 0
    }

    /// The way in was found: the lock stands before the visitor's page, which is gone.
    pub(super) fn staff_wanted(&mut self) {
        let busy =
            matches!(self.at, At::Issuing { .. } | At::Arriving | At::Ticket(_) | At::Staff(_));
        if busy || self.config.staff.pin.is_empty() {
            return;
        }
        let (mode, lang) = (self.mode, self.lang);
        self.reset();
        self.mode = mode;
        self.speak(lang);
        self.staffing.wrong = false;
        self.at = At::Staff(Place::Pin(Typed::default()));
    }

    /// "Tôi đã hẹn trước".
    pub(super) fn booked(&mut self) {
        if self.at == At::Home {
            self.refused = None;
            self.at = At::Code(String::new());
        }
    }

    /// A key of figures, or of the field in which a number is looked for; whether it was for one.
    pub(super) fn pad_key(&mut self, key: &Key) -> bool {
        let (typed, most, letters) = match &mut self.at {
            At::Code(typed) => (typed, CODE_FIGURES, false),
            At::Many { typed, .. } => (typed, DOSSIERS_FIGURES, false),
            At::Staff(Place::Pin(Typed(typed))) => (&mut **typed, *pin::LENGTH.end(), false),
            At::Staff(Place::Copy(typed)) => (typed, NUMBER_MAX, true),
            At::Staff(
                Place::Menu | Place::Doubts | Place::Series | Place::Mass | Place::Services,
            )
            | At::Home
            | At::Agency { .. }
            | At::Search
            | At::Service { .. }
            | At::Papers { .. }
            | At::Dossiers { .. }
            | At::Priority { .. }
            | At::Meant { .. }
            | At::Offer { .. }
            | At::Issuing { .. }
            | At::Arriving
            | At::Ticket(_) => return false,
        };
        match key {
            Key::Letter(letter) => {
                let fits = letter.is_ascii_digit() || letters && letter.is_ascii_alphabetic();
                if fits && typed.len() < most {
                    typed.push(letter.to_ascii_uppercase());
                }
            }
            Key::Erase => drop(typed.pop()),
            Key::Clear => typed.clear(),
        }
        self.row_page = 0;
        self.staffing.wrong = false;
        true
    }

    /// "OK" below the figures.
    pub(super) fn confirm(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        match &self.at {
            At::Code(code) if code.len() == CODE_FIGURES && self.away.is_none() => {
                let code = queue::BookingCode(code.clone());
                return self.check_in(code);
            }
            At::Many { typed, .. } => {
                if let Some(count) = count_of(typed) {
                    return self.answer_dossiers(count, now);
                }
            }
            At::Staff(Place::Pin(Typed(typed))) => {
                let open = self.staffing.tries.wait_ms(now.wall.0) == 0;
                if open && pin::LENGTH.contains(&typed.len()) {
                    let kept = PinHash(self.config.staff.pin.clone());
                    let right = Pin::new(typed).is(&kept);
                    return self.unlock(right, now);
                }
            }
            At::Staff(
                Place::Menu
                | Place::Doubts
                | Place::Copy(_)
                | Place::Series
                | Place::Mass
                | Place::Services,
            )
            | At::Home
            | At::Agency { .. }
            | At::Search
            | At::Service { .. }
            | At::Papers { .. }
            | At::Dossiers { .. }
            | At::Priority { .. }
            | At::Meant { .. }
            | At::Offer { .. }
            | At::Issuing { .. }
            | At::Arriving
            | At::Ticket(_)
            | At::Code(_) => {}
        }
        Vec::new()
    }

    /// Wrong ones are counted by the wall clock, which goes on while the machine is off.
    fn unlock(&mut self, right: bool, now: Now) -> Vec<EffectOf<Self>> {
        let before = self.staffing.tries;
        self.staffing.wrong = !right;
        if right {
            self.staffing.tries = Tries::default();
            tracing::info!("the page of staff was opened");
            (self.staffing.watched, self.staffing.paper) = (None, None);
            self.go(Place::Menu);
        } else {
            self.staffing.tries = before.after_wrong(now.wall.0);
            tracing::warn!("a wrong PIN at the page of staff");
            self.at = At::Staff(Place::Pin(Typed::default()));
        }
        let tries = self.staffing.tries;
        if tries == before { Vec::new() } else { vec![Effect::Order(Order::Guessed(tries))] }
    }

    fn go(&mut self, place: Place) {
        self.row_page = 0;
        self.at = At::Staff(place);
    }

    /// "Quay lại": from a page to all of them, from there to the visitors.
    pub(super) fn staff_back(&mut self, from: &Place) -> At {
        self.row_page = 0;
        match from {
            Place::Pin(_) | Place::Menu => {
                self.reset();
                At::Home
            }
            Place::Mass if self.mass_runs() => At::Staff(Place::Mass),
            Place::Mass => {
                self.staffing.mass = None;
                At::Staff(Place::Menu)
            }
            Place::Doubts | Place::Copy(_) | Place::Series | Place::Services => {
                At::Staff(Place::Menu)
            }
        }
    }

    /// A button of the page of staff. A code that is none of them, or that comes late, does nothing.
    pub(super) fn deed(&mut self, code: &str, now: Now) -> Vec<EffectOf<Self>> {
        if !self.staff_in() {
            return Vec::new();
        }
        let (what, of) = code.split_once(':').unwrap_or((code, ""));
        let ticket = || of.parse().ok().map(TicketId);
        match what {
            "leave" => self.reset(),
            "paper" => return self.paper_changed(of.parse().unwrap_or_default()),
            "trial" => return self.trial(now),
            "doubts" => self.go(Place::Doubts),
            "copy" => self.go(Place::Copy(String::new())),
            "series" => self.go(Place::Series),
            "services" => {
                self.staffing.told = None;
                self.go(Place::Services);
            }
            "louder" => self.turn_volume(true),
            "softer" => self.turn_volume(false),
            "pause" | "resume" => return self.intake(of, what == "pause"),
            "printed" => return self.settled(ticket(), Settle::Printed),
            "again" => return self.settled(ticket(), Settle::Reprint),
            "print" => return self.copy_of(ticket()),
            "of" | "many" | "begin" | "stop" => return self.mass_deed(what, of),
            _ => tracing::debug!(code, "a button that is not known"),
        }
        Vec::new()
    }

    /// A service gives no numbers for the rest of the day, or gives them again.
    fn intake(&mut self, service: &str, pause: bool) -> Vec<EffectOf<Self>> {
        let Some((site, _)) = self.site.as_ref().filter(|_| self.away.is_none()) else {
            return Vec::new();
        };
        let service = ServiceId::from(service);
        if site.service(&service).is_none() {
            return Vec::new();
        }
        self.staffing.told = None;
        let reason = self.t("Cán bộ tạm dừng tại máy lấy số", "Paused by staff at the kiosk");
        let change = if pause { Intake::Pause { reason: reason.into() } } else { Intake::Resume };
        vec![Effect::Act { tag: Tag::Intake, action: Action::Intake { service, change, by: None } }]
    }

    /// What became of it; what was done is seen in the list.
    pub(super) fn intake_answered(&mut self, answer: Answer) {
        self.staffing.told = match answer {
            Answer::Refused(refusal) => Some(refusal.words(self.lang)),
            Answer::Failed(trouble) => Some(trouble.words(self.lang).to_owned()),
            Answer::Done(_) | Answer::Claimed(_) | Answer::Person(_) | Answer::Day(_) => None,
        };
    }

    fn paper_changed(&mut self, unit: usize) -> Vec<EffectOf<Self>> {
        if unit >= self.config.printer.all().len() {
            return Vec::new();
        }
        tracing::info!(printer = unit + 1, "staff put in new paper");
        self.staffing.paper = Some(unit + 1);
        vec![Effect::Order(Order::PaperChanged { unit })]
    }

    /// A slip that is no number: it shows that the printer prints, and every letter.
    fn trial(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        if self.under_way() {
            return Vec::new();
        }
        let job = self.next_job;
        self.next_job += 1;
        self.watch(job, None);
        tracing::info!("staff asked for a trial slip");
        vec![Effect::Order(Order::Print { job, slip: Box::new(self.trial_slip(now)) })]
    }

    fn trial_slip(&self, now: Now) -> Slip {
        let t = |vi: &str, en: &str| self.t(vi, en).to_owned();
        let centre = self.site.as_ref().map(|(site, _)| self.own(&site.name).to_owned());
        let when = self.site.as_ref().map(|(_, wall)| {
            let local = wall.local(now.wall);
            let date = crate::words::date(local.day);
            format!("{} {date}", crate::words::clock(local.minute))
        });
        Slip {
            centre: centre.unwrap_or_default(),
            title: t("PHIẾU IN THỬ", "TRIAL SLIP"),
            copy_mark: Some(t("KHÔNG PHẢI SỐ THỨ TỰ", "NOT A NUMBER")),
            number: "TEST".into(),
            place: t("Không gọi phiếu này", "It is not called"),
            issued: (t("In lúc:", "Printed:"), when.unwrap_or_default()),
            foot: vec!["ẮẰẲẴẶ ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ỲỶỸỴ Đ".into()],
            last: t("Chữ và khung phải rõ, đều.", "Letters and frame must be clear."),
            ..Slip::default()
        }
    }

    fn watch(&mut self, job: u64, number: Option<String>) {
        self.staffing.watched = Some(Watched { job, number, end: None });
    }

    /// Whether a slip that staff asked for is still being printed.
    fn under_way(&self) -> bool {
        self.staffing.watched.as_ref().is_some_and(|watched| watched.end.is_none())
    }

    /// Prints a number again, marked, and watches how that ends.
    fn copy_of(&mut self, ticket: Option<TicketId>) -> Vec<EffectOf<Self>> {
        let known = ticket.and_then(|id| self.board.tickets.get(&id)).cloned();
        let Some(known) = known.filter(|known| self.away.is_none() && !self.prints(known.id))
        else {
            return Vec::new();
        };
        tracing::info!(number = %known.number, "staff asked for a copy");
        self.watch(self.next_job, Some(known.number.to_string()));
        let ahead = self.board.ahead_of(&known);
        self.print(&known, ahead, true)
    }

    fn prints(&self, ticket: TicketId) -> bool {
        self.jobs.iter().any(|job| job.ticket == ticket)
    }

    fn settled(&mut self, ticket: Option<TicketId>, found: Settle) -> Vec<EffectOf<Self>> {
        let Some(ticket) = ticket.filter(|_| self.away.is_none()) else { return Vec::new() };
        let number = self.board.tickets.get(&ticket).map(|known| known.number.to_string());
        let job = self.next_job;
        let effects = self.settle(ticket, found);
        if !effects.is_empty() {
            tracing::info!(?number, ?found, "staff settled a slip in doubt");
            if found == Settle::Reprint {
                self.watch(job, number);
            }
        }
        effects
    }

    /// A print has ended: perhaps one that staff wait for.
    pub(super) fn staff_printed(
        &mut self,
        job: u64,
        end: &PrintEnd,
        now: Now,
    ) -> Vec<EffectOf<Self>> {
        if let Some(watched) = self.staffing.watched.as_mut().filter(|watched| watched.job == job) {
            watched.end = Some(end.clone());
        }
        self.mass_printed(job, end, now)
    }
}

/// Whether a slip of a number may exist and nobody knows.
fn doubtful(print: PrintState) -> bool {
    print == PrintState::Unconfirmed
}

#[cfg(test)]
mod tests;
