//! Numbers in a row for the rush at the opening: given and printed one by one, each only after the
//! slip before it is out, so that a jam leaves one number in doubt and not fifty.

use queue::{Action, Asker, PrintState, ServiceId, Wish};

use super::{Kiosk, Place};
use crate::Now;
use crate::desk::Answer;
use crate::flow::{Effect, EffectOf};
use crate::kiosk::{At, PrintEnd, Tag};

/// How many may be given in a row.
pub(super) const COUNTS: [u32; 4] = [10, 20, 30, 50];

/// Numbers in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mass {
    pub(super) service: ServiceId,
    /// How many are wanted; 0 until that is said.
    pub(super) want: u32,
    pub(super) given: u32,
    /// The first and the last number.
    pub(super) first: String,
    pub(super) last: String,
    pub(super) state: State,
}

/// How far they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is asked how many, and whether really.
    Asked,
    /// A number was asked for.
    Issuing,
    /// Its slip is printed.
    Printing { job: u64 },
    /// All are out, or staff have stopped it.
    Ended,
    /// It could not go on.
    Failed(String),
}

impl Kiosk {
    /// Whether numbers are being given in a row: the page stays until that has ended.
    pub(in crate::kiosk) fn mass_runs(&self) -> bool {
        self.staffing.mass.as_ref().is_some_and(|mass| match &mass.state {
            State::Issuing | State::Printing { .. } => true,
            State::Asked | State::Ended | State::Failed(_) => false,
        })
    }

    pub(super) fn mass_deed(&mut self, what: &str, of: &str) -> Vec<EffectOf<Self>> {
        match what {
            "of" => {
                let service = ServiceId::from(of);
                let known =
                    self.site.as_ref().is_some_and(|(site, _)| site.service(&service).is_some());
                if known && !self.mass_runs() {
                    self.staffing.mass = Some(Mass {
                        service,
                        want: 0,
                        given: 0,
                        first: String::new(),
                        last: String::new(),
                        state: State::Asked,
                    });
                    self.go(Place::Mass);
                }
            }
            "many" => {
                if let Some(mass) = self.staffing.mass.as_mut().filter(|m| m.state == State::Asked)
                {
                    mass.want = of.parse().ok().filter(|n| COUNTS.contains(n)).unwrap_or_default();
                }
            }
            "begin" if self.may_begin() => {
                if let Some(mass) = &self.staffing.mass {
                    tracing::info!(service = %mass.service, want = mass.want, "staff give numbers in a row");
                }
                return self.mass_next();
            }
            "stop" => {
                if let Some(mass) =
                    self.staffing.mass.as_mut().filter(|mass| mass.want > mass.given)
                {
                    // The one under way is finished: it has its number, or is about to.
                    let issuing = u32::from(mass.state == State::Issuing);
                    mass.want = mass.given + issuing;
                    tracing::info!(given = mass.want, "staff stopped the numbers in a row");
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Whether the first of them can be given now.
    pub(super) fn may_begin(&self) -> bool {
        let asked =
            self.staffing.mass.as_ref().is_some_and(|m| m.state == State::Asked && m.want > 0);
        asked && self.away.is_none() && self.printer_down.is_none() && !self.under_way()
    }

    fn mass_next(&mut self) -> Vec<EffectOf<Self>> {
        let Some(mass) = &mut self.staffing.mass else { return Vec::new() };
        mass.state = State::Issuing;
        let wish = Wish { asker: Asker::Staff, print: PrintState::Pending, ..Wish::default() };
        let action = Action::Issue { service: mass.service.clone(), wish };
        vec![Effect::Act { tag: Tag::Mass, action }]
    }

    pub(in crate::kiosk) fn mass_answered(&mut self, answer: Answer) -> Vec<EffectOf<Self>> {
        let failed = match answer {
            Answer::Done(done) => match done.ticket {
                Some(ticket) => {
                    let job = self.next_job;
                    if let Some(mass) = &mut self.staffing.mass {
                        let number = ticket.number.to_string();
                        if mass.given == 0 {
                            mass.first.clone_from(&number);
                        }
                        mass.last = number;
                        mass.given += 1;
                        mass.state = State::Printing { job };
                    }
                    // Its events come by the feed, perhaps after this answer.
                    let ahead = self.board.ahead_of(&ticket);
                    return self.print(&ticket, ahead, false);
                }
                None => self.t("Không có số", "No number").to_owned(),
            },
            Answer::Refused(refusal) => refusal.words(self.lang),
            Answer::Failed(trouble) => trouble.words(self.lang).to_owned(),
            Answer::Claimed(_) | Answer::Person(_) | Answer::Day(_) => return Vec::new(),
        };
        self.mass_failed(failed);
        Vec::new()
    }

    pub(super) fn mass_printed(
        &mut self,
        job: u64,
        end: &PrintEnd,
        now: Now,
    ) -> Vec<EffectOf<Self>> {
        let Some(mass) = &mut self.staffing.mass else { return Vec::new() };
        if mass.state != (State::Printing { job }) {
            return Vec::new();
        }
        match end {
            PrintEnd::Printed if mass.given >= mass.want => mass.state = State::Ended,
            PrintEnd::Printed => return self.mass_next(),
            PrintEnd::NotStarted(trouble) | PrintEnd::Unknown(trouble) => {
                let words = trouble.words(self.lang).to_owned();
                self.mass_failed(words);
            }
        }
        // From now on the page may close by itself.
        self.touched_ms = now.up_ms;
        Vec::new()
    }

    fn mass_failed(&mut self, why: String) {
        tracing::warn!(why, "the numbers in a row ended early");
        if let Some(mass) = &mut self.staffing.mass {
            mass.state = State::Failed(why);
        }
        if matches!(self.at, At::Staff(_)) {
            self.at = At::Staff(Place::Mass);
        }
    }
}
