//! A kiosk printer holds the slip in its mouth until it is taken.

use std::time::Duration;

use devices::{MouthPlan, NotTaken, Outcome, PrinterEvent};

use crate::machine::Machine;
use crate::visitors::{Visitors, config};
use crate::wires::{Played, Wire};

fn kiosk(then: NotTaken, wait: Duration) -> (Played, Visitors) {
    let mut machine = Machine::new(1, false);
    machine.kiosk = true;
    let played = Played::new(machine, Wire::Tcp);
    let config = config(played.url.clone(), "custom-vkp80", &played.folder());
    let visitors =
        Visitors::new(vec![devices::PrinterConfig { mouth: MouthPlan { wait, then }, ..config }]);
    (played, visitors)
}

fn not_taken(visitors: &mut Visitors) -> (Option<u64>, NotTaken) {
    visitors.wait(|event| match event {
        PrinterEvent::NotTaken { job, then } => Some((*job, *then)),
        _ => None,
    })
}

#[test]
fn a_slip_that_nobody_takes_leaves_the_mouth_as_the_centre_wishes() {
    for then in [NotTaken::Retract, NotTaken::Eject] {
        let (played, mut visitors) = kiosk(then, Duration::from_millis(50));
        assert!(matches!(visitors.number(), Outcome::Printed(_)));
        assert_eq!(not_taken(&mut visitors), (Some(2), then));
        played.until("an empty mouth", |machine| !machine.in_mouth);
        let counts = played.machine(|machine| (machine.retracted, machine.ejected));
        assert_eq!(counts, if then == NotTaken::Retract { (1, 0) } else { (0, 1) });
        assert!(matches!(visitors.number(), Outcome::Printed(_)), "the next one is not blocked");
    }
}

#[test]
fn the_next_visitor_does_not_wait_and_does_not_take_the_slip_from_the_one_before() {
    let (played, mut visitors) = kiosk(NotTaken::Retract, Duration::from_secs(3_600));
    visitors.served("the first");
    assert!(matches!(visitors.number(), Outcome::Printed(_)));
    assert_eq!(played.machine(|machine| (machine.retracted, machine.ejected)), (0, 1), "let go");
    let told = visitors.events.iter().any(|event| {
        matches!(event, PrinterEvent::NotTaken { job: Some(2), then: NotTaken::Eject })
    });
    assert!(told, "{:?}", visitors.events);
}

#[test]
fn a_slip_that_was_taken_is_left_alone() {
    let (played, mut visitors) = kiosk(NotTaken::Retract, Duration::from_millis(200));
    visitors.served("the first");
    let asked = played.machine(|machine| {
        machine.in_mouth = false;
        machine.asked
    });
    // Two more looks at the printer, and then another one's slip.
    played.until("two looks", |machine| machine.asked > asked + 2);
    visitors.served("the second");
    assert_eq!(played.machine(|machine| (machine.retracted, machine.ejected)), (0, 0));
}
