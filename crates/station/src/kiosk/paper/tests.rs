use queue::rule::Lane;
use queue::{ClassId, What};

use super::*;
use crate::config::KioskConfig;
use crate::desk::Answer;
use crate::flow::{Flow, Input};
use crate::kiosk::{Layout, Order, PrintEnd, Printer};
use crate::testing::{Feed, START, at, site, ticket};

/// Numbers given one a second, whose slips stand so.
fn feed(prints: &[PrintState]) -> Feed {
    let mut feed = Feed::default();
    for (number, print) in (1..).zip(prints) {
        let ms = i64::from(number) * 1_000;
        let what = What::Issued {
            class: ClassId::from("normal"),
            rank: START.plus_ms(ms).0,
            procedure: None,
            dossiers: 0,
            print: *print,
            lane: Lane::Ordinary,
            then: Vec::new(),
            told: None,
            lang: String::new(),
            booking: None,
        };
        feed.add(ms, number, "", what);
    }
    feed
}

fn board(kiosk: &mut Kiosk, feed: &Feed, ms: i64) -> Vec<EffectOf<Kiosk>> {
    let board = Box::new(feed.board.clone());
    let (site, experience) = (site(), Box::default());
    kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(ms))
}

fn kiosk() -> Kiosk {
    Kiosk::new(KioskConfig::default(), Layout::UPRIGHT)
}

fn unconfirmed(ticket: i64) -> EffectOf<Kiosk> {
    record(TicketId(ticket), PrintState::Unconfirmed)
}

#[test]
fn a_print_that_never_ended_is_on_record_and_never_printed_again_by_itself() {
    use PrintState::{None, Pending, Printed, Printing, Unconfirmed};
    let feed = feed(&[Printing, Printed, Pending, None, Unconfirmed]);
    let mut started = kiosk();
    let found = board(&mut started, &feed, 3_600_000);
    assert_eq!(found, [unconfirmed(1), unconfirmed(3)], "no order to print among it");
    assert_eq!(started.in_doubt().len(), 1, "until the records are durable");
}

#[test]
fn a_print_that_another_kiosk_may_be_at_is_left_to_it_for_a_minute() {
    let feed = feed(&[PrintState::Printing]);
    let mut started = kiosk();
    assert_eq!(board(&mut started, &feed, 60_000), []);
    assert_eq!(board(&mut started, &feed, 61_000), [unconfirmed(1)], "the board of a minute later");
}

#[test]
fn what_this_kiosk_is_printing_itself_is_not_lost() {
    let mut feed = feed(&[PrintState::Unconfirmed]);
    let mut kiosk = kiosk();
    board(&mut kiosk, &feed, 3_600_000);
    let printing = kiosk.settle(TicketId(1), Settle::Reprint);
    assert!(matches!(printing[..], [Effect::Act { tag: Tag::Printing { .. }, .. }]));
    assert_eq!(kiosk.settle(TicketId(1), Settle::Reprint), [], "pressed twice");
    let what = What::Print { print: PrintState::Printing, copy: true };
    feed.add(3_601_000, 1, "", what);
    assert_eq!(board(&mut kiosk, &feed, 3_700_000), []);
}

#[test]
fn staff_settle_a_slip_in_doubt_as_printed_or_by_a_marked_copy() {
    let mut feed = feed(&[PrintState::Unconfirmed, PrintState::Unconfirmed]);
    let mut kiosk = kiosk();
    board(&mut kiosk, &feed, 3_600_000);
    let numbers = |kiosk: &Kiosk| -> Vec<String> {
        kiosk.in_doubt().iter().map(|ticket| ticket.number.to_string()).collect()
    };
    assert_eq!(numbers(&kiosk), ["H001", "H002"]);
    let printed = record(TicketId(1), PrintState::Printed);
    assert_eq!(kiosk.settle(TicketId(1), Settle::Printed), [printed]);
    let what = What::Print { print: PrintState::Printed, copy: false };
    let event = feed.add(3_601_000, 1, "", what);
    kiosk.step(Input::Events(vec![event]), at(3_601_000));
    assert_eq!(numbers(&kiosk), ["H002"]);
    assert_eq!(kiosk.settle(TicketId(1), Settle::Reprint), [], "it is settled");

    kiosk.settle(TicketId(2), Settle::Reprint);
    let done = store::Done {
        ticket: Some(ticket(2, PrintState::Printing)),
        events: Vec::new(),
        repeated: false,
        code: Some("4F7-K2M".into()),
    };
    let answer = Answer::Done(Box::new(done));
    let ordered =
        kiosk.step(Input::Answer { tag: Tag::Printing { job: 1 }, answer }, at(3_602_000));
    match &ordered[..] {
        [Effect::Order(Order::Print { job: 1, slip })] => {
            assert_eq!(slip.copy_mark.as_deref(), Some("BẢN IN LẠI"));
            assert_eq!(slip.code, Some(("Mã kiểm tra:".into(), "4F7-K2M".into())));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_copy_that_failed_leaves_the_slip_as_it_stood_and_is_on_record() {
    let feed = feed(&[PrintState::Unconfirmed]);
    let mut kiosk = kiosk();
    board(&mut kiosk, &feed, 3_600_000);
    kiosk.settle(TicketId(1), Settle::Reprint);
    let jam = Trouble { vi: "Kẹt giấy.".into(), en: "Jam.".into() };
    let end = PrintEnd::NotStarted(jam);
    let ended = kiosk.step(Input::Device(Printer::Ended { job: 1, end }), at(3_601_000));
    let stands = Action::Print { ticket: TicketId(1), print: PrintState::Unconfirmed, copy: true };
    assert_eq!(ended, [Effect::Act { tag: Tag::Record, action: stands }]);
    assert_eq!(kiosk.in_doubt().len(), 1, "staff may try again");
}

#[test]
fn a_slip_taken_in_again_is_nobodys_paper() {
    let feed = feed(&[PrintState::Unconfirmed]);
    let mut kiosk = kiosk();
    board(&mut kiosk, &feed, 3_600_000);
    kiosk.settle(TicketId(1), Settle::Reprint);
    let end = PrintEnd::Printed;
    kiosk.step(Input::Device(Printer::Ended { job: 1, end }), at(3_601_000));
    let mut told = |job, retracted| {
        kiosk.step(Input::Device(Printer::NotTaken { job, retracted }), at(3_620_000))
    };
    assert_eq!(told(Some(1), true), [record(TicketId(1), PrintState::None)]);
    assert_eq!(told(Some(1), false), [], "let go: the visitor may have it");
    assert_eq!(told(Some(9), true), []);
    assert_eq!(told(None, true), []);
}

#[test]
fn staff_see_what_is_left_of_the_roll() {
    let mut kiosk = kiosk();
    assert_eq!(kiosk.paper(), None);
    let state = PaperState { tickets_left: Some(140), ..PaperState::default() };
    kiosk.step(Input::Device(Printer::Paper(state)), at(0));
    assert_eq!(kiosk.paper().and_then(|paper| paper.tickets_left), Some(140));
}
