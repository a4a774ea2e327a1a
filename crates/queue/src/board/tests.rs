use super::*;

fn shown(seq: i64, ticket: i64, counter: &str) -> Shown {
    Shown {
        seq,
        at: Timestamp(seq),
        ticket: TicketId(ticket),
        number: Number::new("A", 1),
        counter: counter.into(),
        undone: false,
        heard: Vec::new(),
    }
}

fn seqs(recent: &[Shown]) -> Vec<i64> {
    recent.iter().map(|shown| shown.seq).collect()
}

/// A quiet zone keeps its call while forty are called elsewhere.
#[test]
fn a_busy_counter_crowds_no_other_out() {
    let mut recent = Vec::new();
    shown(1, 1, "quiet").join(&mut recent);
    for seq in 2..42 {
        shown(seq, seq, "busy").join(&mut recent);
    }
    assert_eq!(seqs(&recent), [41, 40, 39, 38, 37, 36, 1]);
    assert_eq!(recent.len(), RECENT_EACH + 1);
}

#[test]
fn a_number_is_shown_once_and_where_it_was_called_last() {
    let mut recent = Vec::new();
    for seq in 1..=3 {
        shown(seq, seq, "9").join(&mut recent);
    }
    shown(4, 2, "10").join(&mut recent);
    shown(5, 1, "9").join(&mut recent);
    assert_eq!(seqs(&recent), [5, 4, 3]);
    assert_eq!(recent[1].counter, "10".into());
}

fn site() -> crate::Site {
    toml::from_str(include_str!("../../../../config/yenbai/site.toml")).unwrap()
}

/// A number of the land office, and what has become of it.
fn ticket(id: i64, change: impl FnOnce(&mut Ticket)) -> Ticket {
    let what = What::Issued {
        class: "normal".into(),
        rank: id,
        procedure: None,
        dossiers: 0,
        print: PrintState::None,
        lane: Lane::Ordinary,
        then: Vec::new(),
        told: None,
        lang: String::new(),
        booking: None,
    };
    let event = Event {
        seq: id,
        at: Timestamp(id),
        day: BusinessDay(20_261_123),
        ticket: Some(TicketId(id)),
        number: Some(Number::new("H", u32::try_from(id).unwrap())),
        service: Some("stnmt".into()),
        counter: None,
        officer: None,
        what,
    };
    let mut ticket = Ticket::begin(&event).unwrap();
    change(&mut ticket);
    ticket
}

/// Nobody waits for nobody without being named, by what is missing.
#[test]
fn whoever_no_counter_reaches_is_named() {
    let tickets = [
        ticket(1, |_| {}),
        ticket(2, |ticket| ticket.state = State::Parked),
        ticket(3, |ticket| ticket.only = Some("10".into())),
        ticket(4, |ticket| (ticket.state, ticket.counter) = (State::Serving, Some("10".into()))),
        ticket(5, |ticket| (ticket.service, ticket.then) = ("cat".into(), vec!["stnmt".into()])),
        ticket(6, |ticket| ticket.service = "cat".into()),
        ticket(7, |ticket| ticket.state = State::NoShow),
        ticket(8, |ticket| ticket.lane = Lane::Priority),
    ];
    let code = BookingCode("ABC234".into());
    let booking = Booking { code: code.clone(), service: "stnmt".into(), slot: Timestamp(9) };
    let board = Board {
        tickets: tickets.map(|ticket| (ticket.id, ticket)).into(),
        bookings: [(code.clone(), booking)].into(),
        ..Board::default()
    };
    assert_eq!(board.stranded(&site()), []);

    let mut without = site();
    without.services.retain(|service| service.id.as_str() != "stnmt");
    without.counters.retain(|counter| !counter.services.contains_key(&"stnmt".into()));
    let number = |count| Number::new("H", count);
    let waiting = |count| Stranded::Waiting { number: number(count), service: "stnmt".into() };
    let counter = CounterId::from("10");
    let wanted = [
        waiting(1),
        waiting(2),
        Stranded::Sent { number: number(3), counter: counter.clone() },
        Stranded::Held { number: number(4), counter },
        Stranded::Bound { number: number(5), service: "stnmt".into() },
        waiting(8),
        Stranded::Booked { code, service: "stnmt".into() },
    ];
    assert_eq!(board.stranded(&without), wanted);
    for one in &wanted {
        let (vi, en) = (one.words(crate::Lang::Vi), one.words(crate::Lang::En));
        assert!(vi != en && !vi.is_empty(), "{one:?}");
    }

    let mut apart = site();
    for counter in &mut apart.counters {
        counter.serves = crate::Serves::Ordinary;
    }
    assert_eq!(board.stranded(&apart), [waiting(8)], "no counter calls priority numbers");
}
