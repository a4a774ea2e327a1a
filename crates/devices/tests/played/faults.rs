//! The twelve faults, in every phase.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use devices::Outcome;

use crate::machine::{Dice, Fault, Machine};
use crate::visitors::{Visitors, config, hurried};
use crate::wires::{Played, Wire};

/// Seeds of each fault on each wire: few among the other tests, 50 in the long run.
fn seeds() -> u64 {
    match std::env::var("LUOT_TORTURE").as_deref() {
        Ok("long") => 50,
        _ => 3,
    }
}

/// Bytes of a slip as it is drawn here, about.
const JOB: usize = 13_000;

/// When the fault comes: before the job, with its first bytes, in its middle, at its end. In bytes
/// taken from now on; the questions before a job are twelve.
fn phase(dice: &mut Dice) -> (&'static str, usize) {
    match dice.below(4) {
        0 => ("before", 0),
        1 => ("at the start", 12 + dice.below(60)),
        2 => ("in the middle", 100 + dice.below(JOB - 1_000)),
        _ => ("at the end", JOB - 800 + dice.below(900)),
    }
}

/// One story; how many numbers it took until a slip came out again.
fn play(fault: Fault, wire: Wire, seed: u64) -> usize {
    let mut dice = Dice(seed * 1_000 + fault as u64);
    let sequential = dice.below(4) == 0;
    let (phase, after) = phase(&mut dice);
    let told = format!("{fault:?} {phase} over {wire:?}, seed {seed}, sequential {sequential}");
    let played = Played::new(Machine::new(seed, sequential), wire);
    let profile = if sequential { "xprinter-80" } else { "epson-tm-t82" };
    let at = config(played.url.clone(), profile, &played.folder());
    let mut visitors = Visitors::new(vec![hurried(at)]);
    visitors.served(&told);
    played.arm(fault, after);
    for _ in 0..=dice.below(2) {
        // What is said to be printed is there at that moment, not when the fault is gone.
        if matches!(visitors.number(), Outcome::Printed(_)) {
            let paper = played.machine(|machine| machine.paper.clone());
            assert!(visitors.last_is_out(&paper), "{told}: told too early");
        }
    }
    played.mend();
    let tries = visitors.served(&told);
    visitors.reprint_doubts();
    visitors.served(&told);
    let paper = played.machine(|machine| machine.paper.clone());
    visitors.judged(&[paper], &told);
    tries
}

#[test]
fn no_number_is_lost_and_none_is_printed_twice_unmarked_whatever_the_printer_does() {
    let mut stories = Vec::new();
    for fault in Fault::ALL {
        for wire in Wire::ALL {
            stories.extend((1..=seeds()).map(|seed| (fault, wire, seed)));
        }
    }
    // They mostly wait for their printers: several at a time.
    let (next, most) = (AtomicUsize::new(0), Mutex::new((0, stories[0])));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(story) = stories.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let (fault, wire, seed) = *story;
                    let tries = play(fault, wire, seed);
                    let mut most = most.lock().unwrap();
                    if tries > most.0 {
                        *most = (tries, *story);
                    }
                }
            });
        }
    });
    let (tries, (fault, wire, seed)) = *most.lock().unwrap();
    figure("stories of 12 faults over 2 wires", &stories.len().to_string());
    let worst = format!("{tries} (by {fault:?} over {wire:?}, seed {seed})");
    figure("numbers until a slip came out again, at most", &worst);
}

#[expect(clippy::print_stdout, reason = "`cargo xtask torture` collects the figures")]
fn figure(what: &str, value: &str) {
    println!("figure|printer|{what}|{value}");
}

#[test]
fn a_printer_that_died_in_the_middle_of_a_band_listens_again() {
    // It hears real-time questions only between commands: without the rest of the band it would
    // take every question for dots and be mute for ever.
    for wire in Wire::ALL {
        let played = Played::new(Machine::new(1, true), wire);
        let mut visitors =
            Visitors::new(vec![config(played.url.clone(), "xprinter-80", &played.folder())]);
        visitors.served("at first");
        played.arm(Fault::HalfJob, 1_000);
        assert!(matches!(visitors.number(), Outcome::Unknown(_)));
        // It wants 5,000 more bytes; the questions before a job are a few each time.
        assert!(visitors.served("after half a job") <= 100);
        let paper = played.machine(|machine| machine.paper.clone());
        visitors.judged(&[paper], "half a job");
    }
}
