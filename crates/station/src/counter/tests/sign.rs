use queue::{BusinessDay, DIRECT, Number, Officer, Role, TicketId};

use super::*;

/// A counter that is open, with nobody at it and two who wait.
pub(super) fn working() -> (Counter, Feed) {
    let mut feed = two_waiting();
    feed.add(2_000, 1, "10", What::CounterOpened);
    (opened(&feed), feed)
}

pub(super) fn tell(counter: &mut Counter, event: queue::Event) {
    counter.step(Input::Events(vec![event]), at(3_000));
}

fn shown(counter: &Counter) -> (SignPage, String) {
    let sign = counter.view(at(4_000)).sign;
    (sign.page, sign.number)
}

#[test]
fn the_sign_says_what_the_counter_does_and_bears_the_number_alone() {
    let (mut counter, mut feed) = working();
    let sign = counter.view(at(0)).sign;
    assert_eq!(
        (sign.page, sign.counter.as_str(), sign.clock.as_str()),
        (SignPage::Free, "10", "08:00")
    );
    tell(&mut counter, feed.call(3_000, 1, "10"));
    assert_eq!(shown(&counter), (SignPage::Called, "H001".into()));
    let sign = counter.view(at(4_000)).sign;
    assert_eq!((sign.title.vi.as_str(), sign.title.en.as_str()), ("Mời vào", "Please come in"));
    tell(&mut counter, feed.add(3_000, 1, "10", What::Started));
    assert_eq!(shown(&counter), (SignPage::Serving, "H001".into()));
    tell(&mut counter, feed.add(3_000, 1, "10", What::finished()));
    assert_eq!(shown(&counter), (SignPage::Free, String::new()));
    // Why it pauses is the office's business.
    let reason = "Họp".to_owned();
    tell(&mut counter, feed.add(3_000, 1, "10", What::CounterPaused { reason }));
    let sign = counter.view(at(4_000)).sign;
    assert_eq!(sign.page, SignPage::Paused);
    assert!(!format!("{sign:?}").contains("Họp"));
    tell(&mut counter, feed.add(3_000, 1, "10", What::CounterClosed));
    assert_eq!(shown(&counter), (SignPage::Closed, String::new()));
    // What another counter does is not said here.
    tell(&mut counter, feed.call(3_000, 2, "9"));
    assert_eq!(shown(&counter), (SignPage::Closed, String::new()));
}

#[test]
fn a_sign_without_a_counter_or_a_centre_is_closed() {
    let mut counter = Counter::new(&CounterConfig::default());
    assert_eq!(counter.view(at(0)).sign, Sign::default());
    counter.step(board(&two_waiting()), at(0));
    let sign = counter.view(at(0)).sign;
    assert_eq!((sign.page, sign.counter.as_str()), (SignPage::Closed, ""));
    assert!(!sign.centre.vi.is_empty());
}

/// The module on the wall and the window say the same while the store is away.
#[test]
fn a_lost_link_takes_nobodys_number_away() {
    let (mut counter, mut feed) = working();
    tell(&mut counter, feed.call(3_000, 1, "10"));
    let away = Trouble { vi: "mất".into(), en: "lost".into() };
    counter.step(Input::Away(away), at(3_000));
    assert_eq!(shown(&counter), (SignPage::Called, "H001".into()));
}

#[test]
fn an_officer_behind_the_lock_is_away_but_the_visitor_stays() {
    let (_, mut feed) = working();
    let officer = Officer {
        id: "tnmt-02".into(),
        name: "tnmt-02".into(),
        role: Role::Officer,
        agencies: vec!["stnmt".into()],
    };
    feed.board.officers.insert(officer.id.clone(), officer);
    let mut counter =
        Counter::new(&CounterConfig { counter: "10".into(), ..CounterConfig::default() });
    counter.step(board(&feed), at(0));
    assert_eq!(shown(&counter).0, SignPage::Closed, "nobody has signed in yet");
    counter.door.signed = Some("tnmt-02".into());
    counter.open = Some("10".into());
    assert_eq!(shown(&counter).0, SignPage::Free);
    let late = at(16 * 60_000);
    counter.step(Input::Tick, late);
    assert_eq!(counter.view(late).page, Page::Locked);
    assert_eq!(counter.view(late).sign.page, SignPage::Paused);
    tell(&mut counter, feed.call(3_000, 1, "10"));
    assert_eq!(shown(&counter), (SignPage::Called, "H001".into()));
}

/// Whoever came without a number has none to be shown.
#[test]
fn a_visit_without_a_number_shows_none() {
    let (mut counter, mut feed) = working();
    let direct = queue::Event {
        seq: feed.board.seq + 1,
        at: at(3_000).wall,
        day: BusinessDay(20_261_123),
        ticket: Some(TicketId(99)),
        number: Some(Number::new(DIRECT, 1)),
        service: Some("stnmt".into()),
        counter: Some("10".into()),
        officer: None,
        what: What::Direct { class: "normal".into() },
    };
    feed.board.apply(&direct).unwrap();
    tell(&mut counter, direct);
    assert_eq!(shown(&counter), (SignPage::Serving, String::new()));
    assert_eq!(counter.view(at(4_000)).number, "+001", "the officer sees it");
}
