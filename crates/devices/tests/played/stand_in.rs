//! A second printer stands in for the first, and nothing is on both papers.

use devices::{Outcome, PrinterConfig, PrinterEvent};

use crate::machine::{Fault, Machine};
use crate::visitors::{Visitors, config, hurried};
use crate::wires::{Played, Wire};

fn two(first_waits: fn(PrinterConfig) -> PrinterConfig) -> (Played, Played, Visitors) {
    let first = Played::new(Machine::new(1, false), Wire::Tcp);
    let second = Played::new(Machine::new(2, false), Wire::Device);
    let visitors = Visitors::new(vec![
        first_waits(config(first.url.clone(), "epson-tm-t82", &first.folder())),
        config(second.url.clone(), "epson-tm-t82", &second.folder()),
    ]);
    (first, second, visitors)
}

fn patiently(config: PrinterConfig) -> PrinterConfig {
    config
}

fn papers(first: &Played, second: &Played) -> [Vec<Option<Vec<u8>>>; 2] {
    [first, second].map(|played| played.machine(|machine| machine.paper.clone()))
}

fn cuts(played: &Played) -> usize {
    played.machine(|machine| machine.paper.iter().filter(|row| row.is_none()).count())
}

/// Waits until this printer is the one that prints, and why not an earlier one.
fn prints(visitors: &mut Visitors, unit: usize) -> Option<devices::Trouble> {
    visitors.health(|event| match event {
        PrinterEvent::Ready(ready) if ready.unit == unit => Some(ready.stands_in_for.clone()),
        _ => None,
    })
}

#[test]
fn what_the_first_did_not_start_the_second_prints_and_the_first_takes_over_again() {
    let (first, second, mut visitors) = two(patiently);
    assert_eq!(prints(&mut visitors, 0), None);
    visitors.served("at first");
    assert_eq!(cuts(&second), 0, "the second is only for need");
    first.arm(Fault::PaperEnd, 0);
    assert!(matches!(visitors.number(), Outcome::Printed(_)), "by the second");
    assert_eq!(cuts(&second), 1);
    let why = prints(&mut visitors, 1).unwrap();
    assert_eq!(why.code, devices::Code::PaperOut, "staff hear of it while all goes on");
    first.mend();
    assert_eq!(prints(&mut visitors, 0), None);
    visitors.served("again");
    assert_eq!(cuts(&second), 1);
    let papers = papers(&first, &second);
    visitors.judged(&papers, "two printers");
}

#[test]
fn what_the_first_may_have_printed_never_goes_to_the_second() {
    let (first, second, mut visitors) = two(hurried);
    prints(&mut visitors, 0);
    first.arm(Fault::Mute, 9_000);
    let (before, outcome) = (cuts(&second), visitors.number());
    // Only a machine that is too busy to ask the first in time lets the second begin.
    if matches!(outcome, Outcome::Unknown(_)) {
        assert_eq!(cuts(&second), before);
    }
    visitors.served("by the second");
    let papers = papers(&first, &second);
    visitors.judged(&papers, "a mute printer before a good one");
}

#[test]
fn both_down_is_down_and_the_first_ones_trouble_is_told() {
    let (first, second, mut visitors) = two(patiently);
    visitors.served("at first");
    first.arm(Fault::CoverOpen, 0);
    second.arm(Fault::PaperEnd, 0);
    let trouble = visitors.health(|event| match event {
        PrinterEvent::Trouble(trouble) => Some(trouble.clone()),
        _ => None,
    });
    assert_eq!(trouble.code, devices::Code::CoverOpen);
    match visitors.number() {
        Outcome::NotStarted(trouble) => assert_eq!(trouble.code, devices::Code::CoverOpen),
        other => panic!("{other:?}"),
    }
    second.mend();
    visitors.served("by the second");
    let papers = papers(&first, &second);
    visitors.judged(&papers, "two printers down");
}
