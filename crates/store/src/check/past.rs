//! What has ended, against the log: the papers of each day and all their places in queues.
//!
//! A board forgets whoever has left, so the day's tickets are folded a second time here, legs and
//! all, and compared when the day closes. No more than one day is held at a time.

use std::collections::{BTreeMap, BTreeSet};

use queue::{BusinessDay, Event, Finish, State, Ticket, TicketId, What};
use rusqlite::{Connection, params};

use super::{Finding, finding};
use crate::Error;
use crate::act::by_id;
use crate::site::Applied;

/// A ticket with the legs it has left behind.
struct Paper {
    ticket: Ticket,
    left: Vec<Leg>,
    /// What was noted when the last leg ended.
    noted: Finish,
}

/// A row of `leg`, as far as a report or a number's way is told from it.
#[derive(Clone, PartialEq)]
struct Leg {
    service: i64,
    state: String,
    rank: i64,
    counter: Option<i64>,
    called_at: Option<i64>,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    calls: u32,
    outcome: Option<String>,
    dossiers: u32,
}

/// The papers of the day that is being replayed.
#[derive(Default)]
pub(super) struct Past {
    /// That day; nothing between two days.
    day: Option<BusinessDay>,
    papers: BTreeMap<TicketId, Paper>,
}

impl Past {
    /// Folds the next event in; when it closes a day, says what of that day is not as it was.
    pub(super) fn follow(
        &mut self,
        db: &Connection,
        applied: &Applied,
        event: &Event,
    ) -> Result<Vec<Finding>, Error> {
        if let What::DayClosed { .. } = &event.what {
            for paper in self.papers.values_mut().filter(|paper| !paper.ticket.state.ended()) {
                paper.ticket.state = State::Cancelled;
                paper.ticket.ended_at = Some(event.at);
                paper.ticket.return_at = None;
            }
            let findings = self.compare(db, applied, event.day, Some(event.seq));
            *self = Self::default();
            return findings;
        }
        self.day = Some(event.day);
        if let Some(ticket) = Ticket::begin(event) {
            let paper = Paper { ticket, left: Vec::new(), noted: Finish::default() };
            self.papers.insert(paper.ticket.id, paper);
        } else if let Some(paper) = event.ticket.and_then(|id| self.papers.get_mut(&id)) {
            paper.fold(applied, event);
        }
        Ok(Vec::new())
    }

    /// What of the last day is not as the log says.
    pub(super) fn end(&self, db: &Connection, applied: &Applied) -> Result<Vec<Finding>, Error> {
        self.day.map_or(Ok(Vec::new()), |day| self.compare(db, applied, day, None))
    }

    /// `closed` is the event after which nothing but its paper can happen to a ticket of the day.
    fn compare(
        &self,
        db: &Connection,
        applied: &Applied,
        day: BusinessDay,
        closed: Option<i64>,
    ) -> Result<Vec<Finding>, Error> {
        let mut ids: BTreeSet<TicketId> = self.papers.keys().copied().collect();
        let mut statement = db.prepare_cached("SELECT id FROM ticket WHERE day = ?1")?;
        for id in statement.query_map(params![day.0], |row| row.get(0))? {
            ids.insert(TicketId(id?));
        }
        let mut findings = Vec::new();
        for id in ids {
            let stored = by_id(db, applied, id)?;
            let paper = self.papers.get(&id);
            let same = match (paper, &stored) {
                (Some(paper), Some(stored)) => {
                    paper.is(stored, closed) && paper.legs(applied) == legs(db, id)?
                }
                _ => false,
            };
            if !same {
                let known = stored.as_ref().or(paper.map(|paper| &paper.ticket));
                let number = known.map(|ticket| ticket.number.to_string()).unwrap_or_default();
                findings.push(finding(
                    format!("Số {number} ngày {day}: trạng thái không khớp nhật ký"),
                    format!("{number} of {day}: the stored state is not what the log says"),
                ));
            }
        }
        Ok(findings)
    }
}

impl Paper {
    fn fold(&mut self, applied: &Applied, event: &Event) {
        if let What::Finished { noted, next: Some(_) } = &event.what {
            self.leave(applied, State::Served.word(), event.at.0, noted);
        } else if let What::Transferred { .. } = &event.what {
            self.leave(applied, "transferred", event.at.0, &Finish::default());
        } else if let What::Finished { noted, next: None } = &event.what {
            self.noted = noted.clone();
        } else if let What::Undone { before, .. } = &event.what {
            self.left.truncate(usize::try_from(before.leg).unwrap_or_default().max(1) - 1);
            self.noted = Finish::default();
        }
        self.ticket.fold(event);
    }

    fn leave(&mut self, applied: &Applied, state: &str, at: i64, noted: &Finish) {
        let leg = leg(applied, &self.ticket, noted);
        self.left.push(Leg { state: state.to_owned(), ended_at: Some(at), ..leg });
    }

    fn legs(&self, applied: &Applied) -> Vec<Leg> {
        let last = leg(applied, &self.ticket, &self.noted);
        self.left.iter().cloned().chain([last]).collect()
    }

    /// Whether the paper is as stored. A slip may be confirmed on another day, and that is no
    /// longer followed.
    fn is(&self, stored: &Ticket, closed: Option<i64>) -> bool {
        if closed.is_some_and(|closed| stored.seq > closed) {
            let (print, seq) = (stored.print, stored.seq);
            return Ticket { print, seq, ..self.ticket.clone() } == *stored;
        }
        self.ticket == *stored
    }
}

/// The leg a ticket stands in, as it must be stored.
fn leg(applied: &Applied, ticket: &Ticket, noted: &Finish) -> Leg {
    Leg {
        service: applied.service_id(&ticket.service).unwrap_or_default(),
        state: ticket.state.word().to_owned(),
        rank: ticket.rank,
        counter: ticket.counter.as_ref().and_then(|counter| applied.counter_id(counter)),
        called_at: ticket.called_at.map(|at| at.0),
        started_at: ticket.started_at.map(|at| at.0),
        ended_at: ticket.ended_at.map(|at| at.0),
        calls: ticket.calls,
        outcome: noted.outcome.map(|outcome| outcome.word().to_owned()),
        dossiers: noted.dossiers,
    }
}

fn legs(db: &Connection, ticket: TicketId) -> Result<Vec<Leg>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT service_id, state, rank, counter_id, called_at, started_at, ended_at, calls, outcome,
                dossiers
         FROM leg WHERE ticket_id = ?1 ORDER BY leg_no",
    )?;
    let legs = statement.query_map(params![ticket.0], |row| {
        Ok(Leg {
            service: row.get(0)?,
            state: row.get(1)?,
            rank: row.get(2)?,
            counter: row.get(3)?,
            called_at: row.get(4)?,
            started_at: row.get(5)?,
            ended_at: row.get(6)?,
            calls: row.get(7)?,
            outcome: row.get(8)?,
            dossiers: row.get(9)?,
        })
    })?;
    Ok(legs.collect::<Result<_, _>>()?)
}
