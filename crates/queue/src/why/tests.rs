use super::*;
use crate::{BusinessDay, PrintState, TicketId, Timestamp};

const MINUTE: i64 = 60_000;

fn site() -> Site {
    toml::from_str(include_str!("../../../../config/yenbai/site.toml")).unwrap()
}

/// The sample's counter 10 calls so many priority numbers in a row at most.
fn site_with_ratio(ratio: u32) -> Site {
    let mut site = site();
    let ten = site.counters.iter_mut().find(|counter| counter.id.as_str() == "10");
    ten.unwrap().ratio = ratio;
    site
}

fn event(seq: i64, minute: i64, ticket: i64, what: What) -> Event {
    Event {
        seq,
        at: Timestamp(minute * MINUTE),
        day: BusinessDay(20_261_123),
        ticket: Some(TicketId(ticket)),
        number: Some(Number::new("H", u32::try_from(ticket).unwrap())),
        service: Some("stnmt".into()),
        counter: None,
        officer: None,
        what,
    }
}

/// Tickets of the land office, each a minute after the other.
fn hall(classes: &[&str]) -> Board {
    let mut board = Board::default();
    for (ticket, class) in (1..).zip(classes) {
        let (credit, lane) = match *class {
            "priority" => (60, Lane::Priority),
            _ => (0, Lane::Ordinary),
        };
        let what = What::Issued {
            class: (*class).into(),
            rank: (ticket - credit) * MINUTE,
            procedure: None,
            dossiers: 0,
            print: PrintState::None,
            lane,
            then: Vec::new(),
            told: None,
            lang: String::new(),
            booking: None,
        };
        board.apply(&event(ticket, ticket, ticket, what)).unwrap();
    }
    board
}

/// Counter 10 calls a ticket when the board is as it is.
fn call(board: &Board, ticket: i64, reason: Option<&str>) -> Event {
    let reason = reason.map(str::to_owned);
    let what = What::Called { calls: 1, reason, streak: 0 };
    Event { counter: Some("10".into()), ..event(board.seq + 1, 30, ticket, what) }
}

fn decided(board: &Board, site: &Site, ticket: i64) -> Decided {
    why(board, site, &call(board, ticket, None)).unwrap().decided
}

fn numbers(counts: &[u32]) -> Vec<Number> {
    counts.iter().map(|count| Number::new("H", *count)).collect()
}

#[test]
fn the_rule_tells_the_wait_the_head_start_and_who_was_passed() {
    let board = hall(&["normal", "normal", "priority"]);
    let said = why(&board, &site(), &call(&board, 3, None)).unwrap();
    assert_eq!(said.decided, Decided::Rule);
    assert_eq!((said.waited_ms, said.class_credit_min), (27 * MINUTE, 60));
    assert_eq!((said.counter.as_str(), said.counter_credit_min), ("10", 0));
    assert_eq!(said.passed, numbers(&[1, 2]));
}

#[test]
fn a_counters_own_preference_is_told() {
    let mut site = site();
    let ten = site.counters.iter_mut().find(|counter| counter.id.as_str() == "10").unwrap();
    ten.services.insert("stnmt".into(), 7);
    let board = hall(&["normal"]);
    let said = why(&board, &site, &call(&board, 1, None)).unwrap();
    assert_eq!((said.decided, said.counter_credit_min), (Decided::Rule, 7));
    assert_eq!(said.class_credit_min, 0, "an ordinary number has no head start of its class");
}

#[test]
fn the_ratio_decides_only_when_it_is_its_turn() {
    let mut board = hall(&["priority", "priority", "normal"]);
    let site = site_with_ratio(1);
    assert_eq!(decided(&board, &site, 1), Decided::Rule);
    let opened = Event {
        ticket: None,
        number: None,
        counter: Some("10".into()),
        ..event(4, 10, 1, What::CounterOpened)
    };
    board.apply(&opened).unwrap();
    let mut first = call(&board, 1, None);
    first.what = What::Called { calls: 1, reason: None, streak: 1 };
    board.apply(&first).unwrap();
    assert_eq!(decided(&board, &site, 3), Decided::Ratio);
    let instead = Some(Number::new("H", 3));
    assert_eq!(decided(&board, &site, 2), Decided::Unexplained { instead });
}

#[test]
fn whoever_was_sent_is_explained_by_it_if_the_rule_agrees() {
    let mut board = hall(&["normal", "normal"]);
    let what =
        What::Transferred { from: "stnmt".into(), rank: 2 * MINUTE, only: Some("10".into()) };
    board.apply(&event(3, 5, 2, what)).unwrap();
    let instead = Some(Number::new("H", 1));
    assert_eq!(decided(&board, &site(), 2), Decided::Unexplained { instead });
    board.apply(&event(4, 6, 1, What::Cancelled)).unwrap();
    assert_eq!(decided(&board, &site(), 2), Decided::Sent);
}

#[test]
fn an_officer_gives_the_reason_and_who_was_passed() {
    let board = hall(&["normal", "priority", "normal"]);
    let said = why(&board, &site(), &call(&board, 3, Some("ốm"))).unwrap();
    assert_eq!(said.decided, Decided::Officer { reason: "ốm".into() });
    assert_eq!(said.passed, numbers(&[1, 2]));
}

#[test]
fn what_is_no_call_or_unknown_has_no_why() {
    let board = hall(&["normal"]);
    assert_eq!(why(&board, &site(), &event(2, 5, 1, What::Started)), None);
    assert_eq!(why(&board, &site(), &call(&board, 9, None)), None);
    let mut nowhere = call(&board, 1, None);
    nowhere.counter = Some("99".into());
    assert_eq!(why(&board, &site(), &nowhere), None);
}

/// A site that is no longer the one of the time explains what it cannot explain as such.
#[test]
fn under_another_site_a_call_may_be_unexplained() {
    let mut board = hall(&["normal", "normal"]);
    let what = What::Transferred { from: "stnmt".into(), rank: 0, only: Some("9".into()) };
    board.apply(&event(3, 5, 1, what)).unwrap();
    assert_eq!(
        decided(&board, &site(), 1),
        Decided::Unexplained { instead: Some(Number::new("H", 2)) }
    );
    let mut elsewhere = site();
    let ten = elsewhere.counters.iter_mut().find(|counter| counter.id.as_str() == "10").unwrap();
    ten.services = [("cat".into(), 0)].into();
    assert_eq!(decided(&board, &elsewhere, 2), Decided::Unexplained { instead: None });
}
