//! The hall all torture happens in, what is asked there, and what must hold afterwards.

use std::collections::BTreeMap;
use std::path::Path;

use queue::{
    Action, Asker, Board, Counter, CounterId, CounterStep, Event, Number, PrintState, Site, State,
    Target, TicketId, What, Wish,
};
use serde::{Deserialize, Serialize};
use station::config::load_site;
use store::{ActError, Done, Store, StoreUrl};
use uuid::Uuid;

use super::Dice;

/// Monday 23 November 2026, 07:30 in Yên Bái.
pub(super) const OPENING: queue::Timestamp = queue::Timestamp(1_795_393_800_000);

/// Two queues that all counters serve, which is the hardest case for whoever calls.
pub(crate) const SERVICES: [&str; 2] = ["cat", "stnmt"];

/// The sample centre with every counter open for both [`SERVICES`]; odd counters prefer one.
pub(crate) fn site() -> Site {
    let mut site = load_site(&xtask::root().join("config/yenbai/site.toml")).unwrap();
    for (at, counter) in site.counters.iter_mut().enumerate() {
        let prefers = if at % 2 == 0 { 0 } else { 15 };
        counter.services =
            [(SERVICES[0].into(), 0), (SERVICES[1].into(), prefers)].into_iter().collect();
    }
    site
}

pub(crate) fn url_in(folder: &Path) -> StoreUrl {
    format!("sqlite:{}", folder.join("queue.db").display()).parse().unwrap()
}

/// A folder in memory where there is one: a file there is synced for nothing.
pub(crate) fn fast_folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    };
    // A ballast that is there is not laid down: thousands of stores would fill the memory.
    std::fs::write(folder.path().join("queue.ballast"), "").unwrap();
    folder
}

pub(crate) fn issue(service: &str, class: &str) -> Action {
    Action::Issue {
        service: service.into(),
        wish: Wish {
            class: Some(class.into()),
            asker: Asker::Staff,
            print: PrintState::None,
            ..Wish::default()
        },
    }
}

pub(crate) fn next(counter: &str) -> Action {
    Action::CallNext { counter: counter.into() }
}

/// Something a centre does all day; what the rules refuse is as good a try as any.
pub(crate) fn any_action(dice: &mut Dice, counter: &str, last: u32) -> Action {
    let counter = CounterId::from(counter);
    let at = |step| Action::AtCounter { counter: counter.clone(), step };
    let service = *dice.pick(&SERVICES);
    let number = Number::new(
        if service == "cat" { "T" } else { "H" },
        1 + u32::try_from(dice.below(usize::try_from(last.max(1)).unwrap())).unwrap(),
    );
    match dice.below(25) {
        0..=7 => issue(service, if dice.chance(30) { "priority" } else { "normal" }),
        8..=12 => Action::CallNext { counter },
        13 | 14 => at(CounterStep::Start),
        15 | 16 => at(CounterStep::finish()),
        17 => at(CounterStep::NoShow),
        18 => at(CounterStep::Recall),
        19 => at(CounterStep::park()),
        20 => Action::Resume { counter, number },
        21 => {
            let to = Target::Service((*dice.pick(&SERVICES)).into());
            Action::Transfer { number, to, by: None }
        }
        22 => Action::Requeue { number, by: None },
        23 => Action::Undo { counter },
        _ => Action::Cancel { number, by: None },
    }
}

/// A request as a journal and a trace keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tried {
    pub(crate) request: Uuid,
    pub(crate) action: Action,
}

/// An answer that somebody has seen; no event when the rules said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acked {
    pub(crate) request: Uuid,
    pub(crate) events: Vec<Event>,
}

impl Acked {
    pub(crate) fn of(request: Uuid, answer: &Result<Done, ActError>) -> Option<Self> {
        match answer {
            Ok(done) => Some(Self { request, events: done.events.clone() }),
            Err(ActError::Refused(_)) => Some(Self { request, events: Vec::new() }),
            Err(ActError::Store(_)) => None,
        }
    }
}

/// Every event, from the first.
pub(crate) fn ledger(store: &mut Store) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.seq);
        let more = store.feed(after, 5_000).unwrap();
        if more.is_empty() {
            return events;
        }
        events.extend(more);
    }
}

/// What must hold of every ledger, judged from its events alone and not by the store's own check:
/// no gap in the feed, numbers that run from 1 without a gap or a double, nobody called while
/// called, and each call of the rule's was of the one with the least key.
pub(crate) fn judge(events: &[Event], site: &Site) {
    let mut board = Board::default();
    let mut last: BTreeMap<(i32, String), u32> = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        assert_eq!(event.seq, i64::try_from(at).unwrap() + 1, "the feed has a gap");
        if matches!(event.what, What::Issued { .. }) {
            let number = event.number.clone().unwrap();
            let last = last.entry((event.day.0, number.prefix().to_owned())).or_default();
            assert_eq!(number.count(), *last + 1, "{event:?}: a number twice or left out");
            *last += 1;
        }
        if matches!(event.what, What::Called { .. } | What::Resumed { .. }) {
            let before = &board.tickets[&event.ticket.unwrap()];
            assert!(!before.state.at_counter(), "{event:?}: called while called: {before:?}");
        }
        if let What::Called { reason: None, .. } = event.what {
            let counter = site.counter(event.counter.as_ref().unwrap()).unwrap();
            let head = least_key(&board, counter);
            assert_eq!(head, event.ticket, "{event:?}: not the next one by the rule");
        }
        board.apply(event).unwrap();
    }
}

/// Who is next at a counter by the head start, reckoned here by itself: the rule's own code must not
/// judge the rule.
fn least_key(board: &Board, counter: &Counter) -> Option<TicketId> {
    let waiting = board.tickets.values().filter(|ticket| ticket.state == State::Waiting);
    let keys = waiting.filter_map(|ticket| {
        let minutes = counter.services.get(&ticket.service)?;
        Some((ticket.rank - i64::from(*minutes) * 60_000, ticket.id))
    });
    keys.min().map(|(_, id)| id)
}

/// Joins what was tried and what was acknowledged with the ledger: every acknowledged answer is
/// there and only once, what was only tried is there once or not at all, asking again under its
/// request id gives one answer and no second deed, and nothing is there that nobody asked for.
///
/// Returns how many requests had been left without an answer, and how many of these had been done.
pub(crate) fn join(
    store: &mut Store,
    tried: &[Tried],
    acked: &[Acked],
    now: queue::Timestamp,
) -> (usize, usize) {
    let known = ledger(store);
    let answers: BTreeMap<Uuid, &Acked> = acked.iter().map(|ack| (ack.request, ack)).collect();
    let mut owner: BTreeMap<i64, Uuid> = BTreeMap::new();
    let (mut open, mut done_before) = (0, 0);
    for Tried { request, action } in tried {
        let held = store.settled(*request, action).unwrap();
        let events = match (answers.get(request), held) {
            (Some(ack), held) => {
                let held = held.map(|done| done.events).unwrap_or_default();
                assert_eq!(held, ack.events, "{request} {action:?}: acknowledged and not so");
                held
            }
            (None, held) => {
                open += 1;
                done_before += usize::from(held.is_some());
                settle(store, *request, action, held, now)
            }
        };
        for event in events {
            if let Some(known) = usize::try_from(event.seq - 1).ok().and_then(|at| known.get(at)) {
                assert_eq!(*known, event, "an answer is not what the ledger says");
            }
            let other = owner.insert(event.seq, *request);
            assert_eq!(other, None, "event {} answers two requests", event.seq);
        }
    }
    let all = ledger(store);
    for event in all.iter().filter(|event| !matches!(event.what, What::SiteApplied { .. })) {
        assert!(owner.contains_key(&event.seq), "{event:?} was asked for by nobody");
    }
    (open, done_before)
}

/// Asks again, twice: the same single answer.
fn settle(
    store: &mut Store,
    request: Uuid,
    action: &Action,
    held: Option<Done>,
    now: queue::Timestamp,
) -> Vec<Event> {
    let first = store.act(request, action, now);
    let events = Acked::of(request, &first).unwrap().events;
    if let Some(held) = held {
        assert_eq!(held.events, events, "{request}: another answer than the one that is there");
    }
    let before = store.last_seq().unwrap();
    if let Ok(done) = &first {
        let again = store.act(request, action, now).unwrap();
        assert!(again.repeated, "{request} was done again");
        assert_eq!(again.events, done.events);
    }
    assert_eq!(store.last_seq().unwrap(), before, "{request} was done twice");
    events
}
