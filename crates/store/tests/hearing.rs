//! What became of a call in the hall is answered from the ledger, by name of display.

use queue::{Action, Board, CounterStep, Heard, Shown};

use crate::support::{SECOND, World};

fn announce(world: &mut World, call: i64, display: &str, heard: Heard) {
    world.now = world.now.plus_ms(SECOND);
    world.act(&Action::Announce { call, display: display.into(), heard }).unwrap();
}

#[test]
fn each_display_and_why_it_was_silent_is_on_record() {
    let mut world = World::new();
    for _ in 0..2 {
        world.issue("normal");
    }
    world.call_next();
    let call = world.store.last_seq().unwrap();
    announce(&mut world, call, "west", Heard::Shown);
    let shown = world.now;
    announce(&mut world, call, "west", Heard::Begun);
    announce(&mut world, call, "east", Heard::Shown);
    announce(&mut world, call, "west", Heard::Spoken { attempt: 2 });
    announce(&mut world, call, "east", Heard::Skipped { why: "no_sound".into() });
    let known = world.store.hearing(call).unwrap();
    let names: Vec<_> = known.iter().map(|hearing| hearing.display.as_str()).collect();
    assert_eq!(names, ["west", "east"]);
    assert_eq!(known[0].shown, Some(shown));
    assert_eq!(known[0].voice, Some(Heard::Spoken { attempt: 2 }));
    assert_eq!(known[1].voice, Some(Heard::Skipped { why: "no_sound".into() }));
    assert_eq!(world.store.hearing(call - 1).unwrap(), [], "an event that is no call");
    // Whoever reads the board anew, and whoever folded the feed all day, know the same.
    let board = world.store.board(world.now).unwrap();
    let of = |board: &Board| -> Vec<Shown> { board.recent.clone() };
    assert_eq!(of(&board)[0].heard, known);
    let mut folded = Board::default();
    for event in world.store.feed(0, usize::MAX).unwrap() {
        folded.apply(&event).unwrap();
    }
    assert_eq!(of(&folded), of(&board));
}

/// A recall is a call of its own: what was heard before does not answer for it.
#[test]
fn a_recall_is_heard_anew() {
    let mut world = World::new();
    world.issue("normal");
    world.call_next();
    let first = world.store.last_seq().unwrap();
    announce(&mut world, first, "hall", Heard::Shown);
    world.step(CounterStep::Recall);
    let second = world.store.last_seq().unwrap();
    assert!(world.store.board(world.now).unwrap().recent[0].heard.is_empty());
    announce(&mut world, first, "hall", Heard::Spoken { attempt: 1 });
    announce(&mut world, second, "hall", Heard::Shown);
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.recent[0].heard, world.store.hearing(second).unwrap());
    assert_eq!(world.store.hearing(first).unwrap().len(), 1);
    assert!(world.store.hearing(first).unwrap()[0].spoken());
}
