use super::*;
use crate::PrintState;
use crate::rule::Lane;

const MINUTE: i64 = 60_000;

/// The sample centre's day, event by event; times are minutes from its start.
struct Day {
    site: Site,
    events: Vec<Event>,
    board: Board,
    watch: Watch,
}

impl Day {
    fn new() -> Self {
        let site = toml::from_str(include_str!("../../../../config/yenbai/site.toml")).unwrap();
        // The ledger did not begin with this day.
        let board = Board { seq: 500, day: BusinessDay(20_261_123), ..Board::default() };
        Self { site, events: Vec::new(), board, watch: Watch::default() }
    }

    fn add(&mut self, minute: i64, ticket: i64, counter: &str, what: What) -> i64 {
        let event = Event {
            seq: self.board.seq + 1,
            at: Timestamp(minute * MINUTE),
            day: BusinessDay(20_261_123),
            ticket: (ticket > 0).then_some(TicketId(ticket)),
            number: (ticket > 0).then(|| Number::new("H", u32::try_from(ticket).unwrap())),
            service: Some("stnmt".into()),
            counter: (!counter.is_empty()).then(|| counter.into()),
            officer: None,
            what,
        };
        self.board.apply(&event).unwrap();
        self.watch.read(&self.site, std::slice::from_ref(&event));
        self.events.push(event);
        self.board.seq
    }

    fn issue(&mut self, minute: i64, ticket: i64) {
        let what = What::Issued {
            class: "normal".into(),
            rank: minute * MINUTE,
            procedure: None,
            print: PrintState::None,
            lane: Lane::Ordinary,
            then: Vec::new(),
            told: None,
            lang: String::new(),
            booking: None,
            dossiers: 0,
        };
        self.add(minute, ticket, "", what);
    }

    fn call(&mut self, minute: i64, ticket: i64, reason: Option<&str>) -> i64 {
        let reason = reason.map(str::to_owned);
        self.add(minute, ticket, "10", What::Called { calls: 1, reason, streak: 0 })
    }

    /// The kinds and numbers of what stands, the same to a program that began now.
    fn alarms(&self, minute: i64) -> Vec<(&'static str, String)> {
        let now = Timestamp(minute * MINUTE);
        let mut late_comer = Watch::default();
        late_comer.read(&self.site, &self.events[self.events.len() / 2..]);
        late_comer.read_day(&self.site, &self.events);
        let alarms = self.watch.alarms(&self.board, &self.site, now);
        assert_eq!(alarms, late_comer.alarms(&self.board, &self.site, now));
        let told = |alarm: &Alarm| match alarm {
            Alarm::Late { number, .. } => ("late", number.to_string()),
            Alarm::Idle { number, .. } => ("idle", number.to_string()),
            Alarm::Passed { number, .. } => ("passed", number.to_string()),
        };
        alarms.iter().map(told).collect()
    }
}

#[test]
fn a_wait_is_an_alarm_from_the_target_on_and_tells_the_oldest() {
    let mut day = Day::new();
    day.issue(0, 1);
    day.issue(2, 2);
    assert_eq!(day.alarms(14), []);
    assert_eq!(day.alarms(15), [("late", "H001".into())]);
    let alarms = day.watch.alarms(&day.board, &day.site, Timestamp(20 * MINUTE));
    let Alarm::Late { waited_ms, people, .. } = &alarms[0] else { panic!("{alarms:?}") };
    assert_eq!((*waited_ms, *people), (20 * MINUTE, 2));
    day.site.rules.target_wait_min = 25;
    assert_eq!(day.alarms(20), []);
    day.site.rules.target_wait_min = 15;
    day.call(20, 1, None);
    assert_eq!(day.alarms(20), [("late", "H002".into())]);
}

#[test]
fn a_counter_is_idle_three_minutes_after_it_could_have_called() {
    let mut day = Day::new();
    day.add(0, 0, "10", What::CounterOpened);
    assert_eq!(day.alarms(60), [], "nobody waits");
    day.issue(60, 1);
    assert_eq!(day.alarms(62), []);
    assert_eq!(day.alarms(63), [("idle", "H001".into())], "from when somebody waited");
    day.call(63, 1, None);
    day.issue(64, 2);
    assert_eq!(day.alarms(70), [], "it serves");
    day.add(70, 1, "10", What::finished());
    assert_eq!(day.alarms(72), []);
    assert_eq!(day.alarms(73), [("idle", "H002".into())], "from when it was free");
    day.add(73, 0, "10", What::CounterPaused { reason: "Họp".into() });
    assert_eq!(day.alarms(78), []);
    day.add(78, 0, "10", What::CounterOpened);
    assert_eq!(day.alarms(80), [("late", "H002".into())]);
    assert_eq!(day.alarms(81), [("late", "H002".into()), ("idle", "H002".into())]);
}

#[test]
fn a_number_called_past_others_is_told_with_its_reason_and_one_that_passes_nobody_is_not() {
    let mut day = Day::new();
    for ticket in 1..=3 {
        day.issue(ticket, ticket);
    }
    day.call(5, 1, Some("Có lịch hẹn"));
    assert_eq!(day.alarms(5), [], "it had waited longest anyway");
    day.add(6, 1, "10", What::finished());
    let call = day.call(6, 3, Some("Có lịch hẹn"));
    let alarms = day.watch.alarms(&day.board, &day.site, Timestamp(7 * MINUTE));
    let Alarm::Passed { reason, people, counter, .. } = &alarms[0] else { panic!("{alarms:?}") };
    let told = (reason.as_str(), *people, counter.as_str());
    assert_eq!(told, ("Có lịch hẹn", 1, "10"));
    let before = Box::new(day.board.tickets[&TicketId(3)].clone());
    let waiting = Box::new(Ticket { state: State::Waiting, counter: None, ..*before });
    let undone = What::Undone { of: call, from: State::Called, before: waiting, streak: None };
    day.add(8, 3, "10", undone);
    assert_eq!(day.alarms(8), [], "taken back");
    day.call(9, 3, Some("Thuộc diện ưu tiên"));
    assert_eq!(day.alarms(10), [("passed", "H003".into())]);
    assert_eq!(day.alarms(69), [("late", "H002".into())], "an hour later it is the ledger's");
}
