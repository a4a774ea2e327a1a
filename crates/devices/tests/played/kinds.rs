//! Printers of every kind: found out by asking, confirmed as they can.

use devices::{Confirmed, Outcome, Printer, PrinterConfig, PrinterEvent, Profiles};

use crate::machine::{Fault, Machine};
use crate::visitors::{Visitors, config};
use crate::wires::{Played, Wire};

fn end_by(profile: &str, sequential: bool) -> Outcome {
    let played = Played::new(Machine::new(1, sequential), Wire::Tcp);
    Visitors::new(vec![config(played.url.clone(), profile, &played.folder())]).number()
}

#[test]
fn each_rung_of_the_ladder_confirms() {
    for (profile, by) in [
        ("epson-tm-t82", Confirmed::ByJob),
        ("xprinter-80", Confirmed::ByBarrier),
        ("esc-pos-status", Confirmed::ByStatus),
        ("generic", Confirmed::ByWire),
    ] {
        assert_eq!(end_by(profile, false), Outcome::Printed(by), "{profile}");
    }
}

#[test]
fn a_status_taken_for_a_confirmation_must_be_good_when_the_paper_has_to_be_out() {
    let played = Played::new(Machine::new(1, false), Wire::Tcp);
    let at = config(played.url.clone(), "esc-pos-status", &played.folder());
    let mut visitors = Visitors::new(vec![at]);
    visitors.served("at first");
    played.arm(Fault::CoverOpen, 8_000);
    assert!(matches!(visitors.number(), Outcome::Unknown(_)));
}

#[test]
fn a_printer_is_asked_what_it_is_when_the_config_says_auto() {
    let played = Played::new(Machine::new(1, false), Wire::Device);
    let config =
        PrinterConfig { profile: None, ..config(played.url.clone(), "auto", &played.folder()) };
    let known = Profiles::built_in().unwrap().answering("TM-T82II").unwrap().clone();
    assert_eq!(known.id, "epson-tm-t82");
    let (tell, told) = std::sync::mpsc::channel();
    let printer = Printer::start(config, move |event| drop(tell.send(event))).unwrap();
    let slip = queue::Slip { number: "H001".into(), place: "Q".into(), ..Default::default() };
    assert!(printer.print(1, Box::new(slip)));
    let outcome = std::iter::from_fn(|| told.recv_timeout(std::time::Duration::from_secs(60)).ok())
        .find_map(|event| match event {
            PrinterEvent::Done { outcome, .. } => Some(outcome),
            _ => None,
        });
    assert_eq!(outcome, Some(Outcome::Printed(Confirmed::ByJob)));
    // It prints 420 dots on narrow paper, which no other one does.
    let row = played.machine(|machine| machine.paper.iter().flatten().next().map(Vec::len));
    assert_eq!(row, Some(420_usize.div_ceil(8)));
}
