//! From the choice to the slip: the number first, the paper after it.

use queue::{Action, Asker, PersonKey, PrintState, ServiceId, Ticket, Told, Wish, WithoutPaper};

use super::roll::Pace;
use super::{
    At, Choice, Job, Kiosk, NO_PAPER_MS, Order, Paper, PrintEnd, REPRINT_MS, Shown, TICKET_MS, Tag,
};
use crate::desk::Answer;
use crate::flow::{Effect, EffectOf};
use crate::{Now, slip, words};

impl Kiosk {
    pub(super) fn take(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        if self.away.is_some() {
            return Vec::new();
        }
        let At::Service { service, procedure } = &self.at else { return Vec::new() };
        let (service, procedure) = (service.clone(), *procedure);
        let papers = self.site.as_ref().and_then(|(site, _)| site.procedure(&service, procedure));
        if self.config.ask_papers && papers.is_some_and(|procedure| !procedure.papers.is_empty()) {
            self.at = At::Papers { service, procedure };
            return Vec::new();
        }
        self.ask_dossiers(service, procedure, now)
    }

    /// Who has not all the papers is sent to the help desk's queue, where there is one; a number
    /// in the field's own queue would be taken in vain.
    pub(super) fn answer_papers(&mut self, complete: bool, now: Now) -> Vec<EffectOf<Self>> {
        let At::Papers { service, procedure } = &self.at else { return Vec::new() };
        let (service, procedure) = (service.clone(), *procedure);
        if complete {
            return self.ask_dossiers(service, procedure, now);
        }
        let desk = self.site.as_ref().and_then(|(site, _)| site.help_desk());
        match desk.map(|desk| desk.id.clone()) {
            Some(desk) => self.at = At::Service { service: desk, procedure: None },
            None => self.staff_called = true,
        }
        Vec::new()
    }

    pub(super) fn ask_priority(
        &mut self,
        service: ServiceId,
        procedure: Option<u32>,
        dossiers: u32,
        now: Now,
    ) -> Vec<EffectOf<Self>> {
        let priority = self.is_old_enough();
        if !priority && self.site.as_ref().is_some_and(|(site, _)| site.priority().is_some()) {
            self.at = At::Priority { service, procedure, dossiers };
            return Vec::new();
        }
        self.issue_or_offer(Choice { service, procedure, dossiers, priority, paper: true }, now)
    }

    pub(super) fn answer_priority(&mut self, yes: bool, now: Now) -> Vec<EffectOf<Self>> {
        if self.away.is_some() {
            return Vec::new();
        }
        let At::Priority { service, procedure, dossiers } = &self.at else { return Vec::new() };
        let choice = Choice {
            service: service.clone(),
            procedure: *procedure,
            dossiers: *dossiers,
            priority: yes,
            paper: true,
        };
        self.issue_or_offer(choice, now)
    }

    pub(super) fn issue_or_offer(&mut self, choice: Choice, now: Now) -> Vec<EffectOf<Self>> {
        if self.printer_down.is_some() {
            self.at = At::Offer { choice };
            return Vec::new();
        }
        self.issue(choice, now)
    }

    pub(super) fn issue(&mut self, choice: Choice, now: Now) -> Vec<EffectOf<Self>> {
        match self.roll.pace(now.up_ms) {
            Pace::Usual => self.give(choice, false, now),
            Pace::Ask => {
                self.at = At::Meant { choice };
                Vec::new()
            }
        }
    }

    pub(super) fn give(&mut self, choice: Choice, meant: bool, now: Now) -> Vec<EffectOf<Self>> {
        let refuses =
            self.site.as_ref().is_some_and(|(site, _)| site.without_paper == WithoutPaper::Refuse);
        // A press is not kept back for a store that is away: the button says so.
        if self.away.is_some() || !choice.paper && refuses {
            return Vec::new();
        }
        self.refused = None;
        self.roll.give(now.up_ms, meant);
        let each = self.site.as_ref().is_some_and(|(site, _)| site.rules.one_each);
        let effect = match self.who.as_ref().filter(|_| each) {
            Some(who) => Effect::Know { tag: Tag::Person, id: who.id.clone() },
            None => self.ask_for(&choice, None, now),
        };
        self.at = At::Issuing { choice };
        vec![effect]
    }

    fn ask_for(&self, choice: &Choice, person: Option<PersonKey>, now: Now) -> EffectOf<Self> {
        let class = self
            .site
            .as_ref()
            .and_then(|(site, _)| site.priority())
            .filter(|_| choice.priority)
            .map(|class| class.id.clone());
        let wish = Wish {
            class,
            procedure: choice.procedure,
            dossiers: choice.dossiers,
            asker: Asker::Visitor,
            print: if choice.paper { PrintState::Pending } else { PrintState::None },
            told: self.told(choice, now),
            lang: self.spoken_code(),
            person,
            ..Wish::default()
        };
        let action = Action::Issue { service: choice.service.clone(), wish };
        Effect::Act { tag: Tag::Issue, action }
    }

    /// What the screen tells of the wait: to a visitor who is not sure of a head start, the wait
    /// of the ordinary class, which is never the shorter one.
    fn told(&self, choice: &Choice, now: Now) -> Option<Told> {
        let estimate = self.estimate(&choice.service, now).ok()?;
        Some(Told { range: estimate.range, work_ms: estimate.work_ms })
    }

    pub(super) fn issued(&mut self, ticket: Ticket, now: Now) -> Vec<EffectOf<Self>> {
        let At::Issuing { choice } = &self.at else {
            // The visitor cannot leave this page, so this is an answer nobody asked for.
            tracing::error!(number = %ticket.number, "a number was issued that nobody waits for");
            return Vec::new();
        };
        let printed = choice.paper;
        self.given(ticket, printed, now)
    }

    /// A new number: on the screen, and on paper where it is to be printed.
    pub(super) fn given(&mut self, ticket: Ticket, printed: bool, now: Now) -> Vec<EffectOf<Self>> {
        let ahead = self.board.ahead_of(&ticket);
        let effects = if printed { self.print(&ticket, ahead, false) } else { Vec::new() };
        let paper = if printed { Paper::Coming } else { Paper::None(None) };
        self.on_screen(ticket, paper, now);
        effects
    }

    /// Shows a number for as long as its paper wants.
    pub(super) fn on_screen(&mut self, ticket: Ticket, paper: Paper, now: Now) {
        let stays = if matches!(paper, Paper::None(_)) { NO_PAPER_MS } else { TICKET_MS };
        self.at = At::Ticket(Box::new(Shown {
            ahead: self.board.ahead_of(&ticket),
            ticket,
            paper,
            reprinted: false,
            since_ms: now.up_ms,
            until_ms: now.up_ms + stays,
        }));
    }

    /// Makes "printing" durable; the order to print follows its answer.
    pub(super) fn print(
        &mut self,
        ticket: &Ticket,
        ahead: usize,
        copy: bool,
    ) -> Vec<EffectOf<Self>> {
        let Some((site, wall)) = &self.site else { return Vec::new() };
        let slip = slip::compose(site, wall, ticket, ahead, self.lang);
        let mark = words::pick(self.lang, "BẢN IN LẠI", "REPRINT");
        let slip = Box::new(if copy { slip.copy(mark) } else { slip });
        let job = self.next_job;
        self.next_job += 1;
        let before = stood(ticket.print);
        self.jobs.push(Job { id: job, ticket: ticket.id, slip, copy, before });
        vec![Effect::Act {
            tag: Tag::Printing { job },
            action: Action::Print { ticket: ticket.id, print: PrintState::Printing, copy },
        }]
    }

    pub(super) fn reprint(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        let At::Ticket(shown) = &mut self.at else { return Vec::new() };
        if !may_reprint(shown, now) {
            return Vec::new();
        }
        shown.reprinted = true;
        shown.paper = Paper::Coming;
        shown.until_ms = now.up_ms + TICKET_MS;
        let (ticket, ahead) = (shown.ticket.clone(), shown.ahead);
        self.print(&ticket, ahead, true)
    }

    pub(super) fn answered(&mut self, tag: Tag, answer: Answer, now: Now) -> Vec<EffectOf<Self>> {
        match (tag, answer) {
            (Tag::Issue, Answer::Done(done)) => match done.ticket {
                Some(ticket) => self.issued(ticket, now),
                None => self.not_issued(String::new()),
            },
            (Tag::Printing { job }, answer) => {
                match answer {
                    Answer::Done(done) => self.check_code(job, done.code.as_deref()),
                    // The number stands, only the note about its paper could not be written.
                    Answer::Refused(_)
                    | Answer::Failed(_)
                    | Answer::Claimed(_)
                    | Answer::Day(_)
                    | Answer::Person(_) => {
                        tracing::warn!(job, "printing without its note in the ledger");
                    }
                }
                self.job(job)
                    .map(|job| Effect::Order(Order::Print { job: job.id, slip: job.slip.clone() }))
                    .into_iter()
                    .collect()
            }
            (Tag::Record, answer) => {
                if let Answer::Failed(trouble) = answer {
                    tracing::warn!(why = trouble.en, "a print state was not recorded");
                }
                Vec::new()
            }
            (Tag::Intake, answer) => {
                self.intake_answered(answer);
                Vec::new()
            }
            (Tag::Mass, answer) => self.mass_answered(answer),
            (Tag::Person, Answer::Person(key)) => {
                let At::Issuing { choice } = &self.at else { return Vec::new() };
                vec![self.ask_for(choice, Some(key), now)]
            }
            (Tag::CheckIn, Answer::Done(done)) => match done.ticket {
                Some(ticket) => {
                    let printed = ticket.print == PrintState::Pending;
                    self.given(ticket, printed, now)
                }
                None => self.not_issued(String::new()),
            },
            (Tag::Return, Answer::Done(done)) => {
                done.ticket.into_iter().for_each(|ticket| self.on_screen(ticket, Paper::Kept, now));
                Vec::new()
            }
            (Tag::Issue | Tag::Person | Tag::CheckIn | Tag::Return, Answer::Refused(refusal)) => {
                self.not_issued(refusal.words(self.lang))
            }
            (Tag::Issue | Tag::Person | Tag::CheckIn | Tag::Return, Answer::Failed(trouble)) => {
                self.not_issued(trouble.words(self.lang).to_owned())
            }
            (
                Tag::Issue | Tag::Person | Tag::CheckIn | Tag::Return,
                Answer::Claimed(_) | Answer::Person(_) | Answer::Day(_) | Answer::Done(_),
            ) => Vec::new(),
        }
    }

    pub(super) fn not_issued(&mut self, words: String) -> Vec<EffectOf<Self>> {
        if let At::Issuing { choice } = &self.at {
            self.at = At::Service { service: choice.service.clone(), procedure: choice.procedure };
        } else if self.at == At::Arriving {
            self.at = At::Home;
        }
        self.refused = Some(words);
        Vec::new()
    }

    pub(super) fn job(&self, id: u64) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    pub(super) fn print_ended(&mut self, id: u64, end: &PrintEnd, now: Now) -> Vec<EffectOf<Self>> {
        let Some(index) = self.jobs.iter().position(|job| job.id == id) else {
            return self.staff_printed(id, end, now);
        };
        let job = self.jobs.swap_remove(index);
        self.paperwork.remember(id, job.ticket);
        let print = match end {
            PrintEnd::Printed => PrintState::Printed,
            PrintEnd::NotStarted(_) => PrintState::None,
            PrintEnd::Unknown(_) => PrintState::Unconfirmed,
        };
        if let At::Ticket(shown) = &mut self.at
            && shown.ticket.id == job.ticket
        {
            shown.paper = match end.clone() {
                PrintEnd::Printed => Paper::Out,
                PrintEnd::NotStarted(trouble) => Paper::None(Some(trouble)),
                PrintEnd::Unknown(trouble) => Paper::Doubt(trouble),
            };
            // Without paper the visitor needs the time to write the number down.
            let stays = if shown.paper == Paper::Out { TICKET_MS } else { NO_PAPER_MS };
            shown.until_ms = now.up_ms + stays;
        }
        // A copy that failed does not unprint the first slip: it stands as it stood.
        let print = if job.copy && print != PrintState::Printed { job.before } else { print };
        let action = Action::Print { ticket: job.ticket, print, copy: job.copy };
        let mut effects = vec![Effect::Act { tag: Tag::Record, action }];
        effects.extend(self.staff_printed(id, end, now));
        effects
    }
}

/// What is known of a slip whose copy is asked for; what was under way then is in doubt.
fn stood(print: PrintState) -> PrintState {
    match print {
        PrintState::Printed | PrintState::None => print,
        PrintState::Pending | PrintState::Printing | PrintState::Unconfirmed => {
            PrintState::Unconfirmed
        }
    }
}

/// Whether "print again" is offered: once, within two minutes, where a slip may exist.
pub(super) fn may_reprint(shown: &Shown, now: Now) -> bool {
    !shown.reprinted
        && matches!(shown.paper, Paper::Out | Paper::Doubt(_))
        && now.up_ms - shown.since_ms < REPRINT_MS
}
