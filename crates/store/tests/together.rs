//! Several programs on one file at once: no number twice, none missing, nobody called twice.

use std::collections::BTreeSet;
use std::thread;

use queue::{Action, What};
use store::{ActError, Store};
use uuid::Uuid;

use crate::support::{START, World, call_next, issue, url};

/// So many programs, each with so many actions.
const PROGRAMS: i64 = 4;
const ACTIONS: i64 = 60;

/// P2, P3 and P5: kiosks and counters in a crowd.
#[test]
fn a_crowd_gets_each_number_once_and_each_call_reaches_one_counter() {
    let mut world = World::new();
    let programs: Vec<_> = (0..PROGRAMS)
        .map(|program| {
            let address = url(&world.folder);
            thread::spawn(move || {
                let mut store = Store::open(&address).unwrap();
                let counter = if program % 2 == 0 { "9" } else { "10" };
                for count in 0..ACTIONS {
                    let action =
                        if count % 2 == 0 { issue("stnmt", "normal") } else { call_next(counter) };
                    // Each program's clock is a little off.
                    let now = START.plus_ms(count * 1_000 - program * 700);
                    match store.act(Uuid::now_v7(), &action, now) {
                        Ok(_) | Err(ActError::Refused(_)) => {}
                        Err(ActError::Store(error)) => panic!("{error}"),
                    }
                }
            })
        })
        .collect();
    for program in programs {
        program.join().unwrap();
    }
    let events = world.store.feed(0, usize::MAX).unwrap();
    let issued: Vec<_> = events.iter().filter(|event| event.what.kind() == "issued").collect();
    let counts: Vec<_> =
        issued.iter().map(|event| event.number.as_ref().unwrap().count()).collect();
    let all = u32::try_from(PROGRAMS * ACTIONS / 2).unwrap();
    assert_eq!(counts, (1..=all).collect::<Vec<_>>());
    let called: Vec<_> = events.iter().filter(|event| event.what.kind() == "called").collect();
    let once: BTreeSet<_> = called.iter().map(|event| event.ticket).collect();
    assert!(called.len() > 10);
    assert_eq!(once.len(), called.len(), "nobody is called twice");
    assert!(
        events.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1 && pair[1].at >= pair[0].at)
    );
    world.in_order();
}

/// P4: one press, however often it is sent and by whom.
#[test]
fn the_same_request_at_the_same_time_gives_one_ticket() {
    let mut world = World::new();
    for count in 1..=20 {
        let request = Uuid::now_v7();
        let senders: Vec<_> = (0..3)
            .map(|_| {
                let address = url(&world.folder);
                thread::spawn(move || {
                    let mut store = Store::open(&address).unwrap();
                    store.act(request, &issue("stnmt", "normal"), START).unwrap()
                })
            })
            .collect();
        let answers: Vec<_> = senders.into_iter().map(|sender| sender.join().unwrap()).collect();
        assert_eq!(answers.iter().filter(|done| !done.repeated).count(), 1);
        assert!(answers.windows(2).all(|pair| pair[0].events == pair[1].events));
        let number = answers[0].ticket.as_ref().unwrap().number.count();
        assert_eq!(number, count);
    }
    world.in_order();
}

/// After a disk that failed: was it done or not?
#[test]
fn what_was_carried_out_can_be_asked() {
    let mut world = World::new();
    let (request, action) = (Uuid::now_v7(), issue("stnmt", "normal"));
    assert_eq!(world.store.settled(request, &action).unwrap(), None);
    let done = world.store.act(request, &action, START).unwrap();
    let settled = world.store.settled(request, &action).unwrap().unwrap();
    assert!(settled.repeated);
    assert_eq!((settled.ticket, &settled.events), (done.ticket, &done.events));
    assert!(matches!(settled.events[0].what, What::Issued { .. }));
    let other = Action::ConfirmDate;
    assert!(matches!(
        world.store.settled(request, &other),
        Err(ActError::Refused(queue::Refusal::RequestReused))
    ));
}
