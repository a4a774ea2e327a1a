//! The keys and the dialogs, played without a window.

use queue::{Finish, Finishing, Outcome, Target};

use super::*;

/// A counter with a clock in its hand.
struct Officer {
    counter: Counter,
    feed: Feed,
    ms: i64,
}

impl Officer {
    fn of(feed: Feed) -> Self {
        Self { counter: opened(&feed), feed, ms: 60_000 }
    }

    fn input(&mut self, input: InputOf<Counter>) -> Effects {
        self.counter.step(input, at(self.ms))
    }

    /// A key, pressed and let go a second after the last.
    fn key(&mut self, name: &str) -> Option<Action> {
        self.ms += 1_000;
        self.quick(name)
    }

    /// A key at once after the last.
    fn quick(&mut self, name: &str) -> Option<Action> {
        let (ctrl, name) = name.strip_prefix("Ctrl+").map_or((false, name), |name| (true, name));
        let stroke = Stroke { name: name.into(), ctrl, repeat: false };
        acted(self.input(Input::Touch(Touch::Stroke(stroke))))
    }

    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            self.ms += 100;
            let name = if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
            assert_eq!(self.quick(&name), None);
        }
    }

    fn view(&self) -> View {
        self.counter.view(at(self.ms))
    }

    fn done(&mut self) -> Option<Action> {
        let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
        let answer = Answer::Done(Box::new(nothing));
        acted(self.input(Input::Answer { tag: Tag::Step, answer }))
    }

    fn refused(&mut self, refusal: Refusal) {
        let answer = Answer::Refused(refusal);
        assert_eq!(self.input(Input::Answer { tag: Tag::Step, answer }), []);
    }

    fn happens(&mut self, number: u32, counter: &str, what: What) {
        let event = self.feed.add(self.ms, number, counter, what);
        self.input(Input::Events(vec![event]));
    }
}

fn acted(effects: Effects) -> Option<Action> {
    effects.into_iter().find_map(|effect| match effect {
        Effect::Act { action, .. } => Some(action),
        Effect::Claim { .. }
        | Effect::Take { .. }
        | Effect::Know { .. }
        | Effect::Day { .. }
        | Effect::SignIn { .. }
        | Effect::Release
        | Effect::Order(_) => None,
    })
}

fn step(step: CounterStep) -> Option<Action> {
    Some(Action::AtCounter { counter: "10".into(), step })
}

fn h(number: u32) -> Number {
    Number::new("H", number)
}

/// Counter 10 with H001 on the way and H002 waiting.
fn called() -> Officer {
    let mut feed = two_waiting();
    feed.call(2_000, 1, "10");
    Officer::of(feed)
}

/// H001 is served.
fn serving() -> Officer {
    let mut officer = called();
    officer.happens(1, "10", What::Started);
    officer
}

#[test]
fn each_key_does_its_one_thing() {
    let by = || Some("10".into());
    for (key, action) in [
        ("Space", step(CounterStep::Start)),
        ("s", step(CounterStep::Start)),
        ("r", step(CounterStep::Recall)),
        ("R", step(CounterStep::Recall)),
        ("Del", step(CounterStep::NoShow)),
        ("Q", Some(Action::Requeue { number: h(1), by: by() })),
        ("Ctrl+z", Some(Action::Undo { counter: "10".into() })),
        ("z", None),
        ("Ctrl+r", None),
        ("F12", None),
    ] {
        assert_eq!(called().key(key), action, "{key}");
    }
    let mut idle = Officer::of(two_waiting());
    for key in ["s", "r", "Del", "Enter", "T", "G", "X", "Q"] {
        assert_eq!(idle.key(key), None, "{key} has nobody to act on");
        assert_eq!(idle.view().ask.asked, Asked::Nothing, "{key}");
    }
    let direct = Action::Direct { counter: "10".into(), service: "stnmt".into() };
    assert_eq!(idle.key("d"), Some(direct));
}

#[test]
fn keys_are_data_and_stand_on_the_buttons() {
    let config = CounterConfig {
        counter: "10".into(),
        keys: toml::from_str("recall = \"F5\"\nmain = \"+\"\n").unwrap(),
        ..CounterConfig::default()
    };
    let mut officer = called();
    officer.counter.keys = config.keys;
    let shown = officer.view().keys;
    let on = |deed| shown.iter().find(|(of, _)| *of == deed).unwrap().1.clone();
    assert_eq!(
        (on(Deed::Recall), on(Deed::Main), on(Deed::Undo)),
        ("F5".into(), "+".into(), "Ctrl Z".into())
    );
    assert_eq!(officer.key("r"), None);
    assert_eq!(officer.key("F5"), step(CounterStep::Recall));
    officer.done();
    assert_eq!(officer.key("+"), step(CounterStep::Start));
}

/// P4: the second half of a nervous press does nothing, even when the store was faster.
#[test]
fn the_same_press_again_at_once_never_does_a_second_thing() {
    let mut officer = Officer::of(two_waiting());
    let call = Action::CallNext { counter: "10".into() };
    assert_eq!(officer.key("Space"), Some(call));
    officer.done();
    officer.happens(1, "10", What::Called { calls: 1, reason: None, streak: 0 });
    officer.ms += 200;
    assert_eq!(officer.quick("Space"), None, "the visitor was not served within 200 ms");
    let touch = Input::Touch(Touch::Do(Deed::Main));
    assert_eq!(acted(officer.input(touch)), None, "nor by the button");
    officer.ms += 200;
    assert_eq!(officer.quick("Space"), step(CounterStep::Start));
    officer.done();
    officer.happens(1, "10", What::Started);
    let held = Stroke { name: "Enter".into(), ctrl: false, repeat: true };
    officer.ms += 1_000;
    officer.input(Input::Touch(Touch::Stroke(held)));
    assert_eq!(officer.view().ask.asked, Asked::Nothing, "a key that is held down is one press");
}

#[test]
fn a_visit_is_finished_in_two_keys_with_what_came_of_it() {
    let mut officer = serving();
    assert_eq!(officer.key("Enter"), None);
    assert_eq!(officer.quick("Enter"), None, "a double press opens the dialog only");
    officer.key("2");
    let noted = Finish { outcome: Some(Outcome::Supplement), dossiers: 1, codes: Vec::new() };
    assert_eq!(officer.key("Enter"), step(CounterStep::Finish(noted.clone())));
    officer.done();
    assert_eq!(officer.view().ask.asked, Asked::Nothing);
    officer.happens(1, "10", What::Finished { noted, next: None });
    // The next visit begins with what was noted last, and nothing has to be chosen.
    officer.happens(2, "10", What::Called { calls: 1, reason: None, streak: 0 });
    officer.key("Enter");
    let chosen = officer.view().ask.rows.into_iter().find(|row| row.chosen).unwrap();
    assert_eq!(chosen.label, "Yêu cầu bổ sung");
}

#[test]
fn space_in_the_dialog_finishes_and_then_calls() {
    let mut officer = serving();
    officer.key("Enter");
    officer.write("1++-");
    let noted = Finish { outcome: Some(Outcome::Received), dossiers: 2, codes: Vec::new() };
    assert_eq!(officer.key("Space"), step(CounterStep::Finish(noted)));
    let call = Action::CallNext { counter: "10".into() };
    assert_eq!(officer.done(), Some(call));
    assert_eq!(officer.done(), None);
}

/// What the visitor said at the kiosk is seen, and stands where the officer would count.
#[test]
fn what_the_visitor_brings_is_counted_already() {
    let mut feed = Feed::default();
    feed.brings(0, 1, 2);
    feed.call(1_000, 1, "10");
    feed.add(2_000, 1, "10", What::Started);
    let mut officer = Officer::of(feed);
    let facts = officer.view().facts;
    assert!(facts.starts_with("2 bộ hồ sơ · Lấy số"), "{facts}");
    officer.key("Enter");
    assert_eq!(officer.view().ask.dossiers, 2);
    officer.input(Input::Touch(Touch::Typed("A B C D".into())));
    assert_eq!((officer.view().ask.dossiers, officer.view().ask.typed.as_str()), (3, "D"));
    for _ in 0..4 {
        officer.key("Backspace");
    }
    assert_eq!(officer.view().ask.dossiers, 2, "codes that go leave what was brought");
    let noted = Finish { outcome: None, dossiers: 2, codes: vec!["A".into(), "B".into()] };
    assert_eq!(officer.key("Space"), step(CounterStep::Finish(noted)));
}

#[test]
fn a_scanner_fills_in_codes_and_its_enter_ends_nothing() {
    let mut officer = serving();
    officer.key("Enter");
    officer.ms += 1_000;
    for code in ["000.00.15.H63-261123-0042", "13A", "000.00.15.H63-261123-0042"] {
        for letter in code.chars() {
            officer.ms += 5;
            assert_eq!(officer.quick(&letter.to_string()), None);
        }
        officer.ms += 5;
        assert_eq!(officer.quick("Enter"), None);
        officer.ms += 1_000;
    }
    let ask = officer.view().ask;
    assert_eq!(ask.codes, ["000.00.15.H63-261123-0042", "13A"], "one that is there stays once");
    assert_eq!(ask.dossiers, 2);
    assert!(ask.rows.iter().all(|row| !row.chosen), "a code's first figure chose no outcome");
    officer.input(Input::Touch(Touch::Typed("A-1, B-2\nC-3".into())));
    assert_eq!(officer.view().ask.typed, "C-3");
    officer.key("Backspace");
    let codes = ["000.00.15.H63-261123-0042", "13A", "A-1", "B-2", "C-"].map(String::from).into();
    let noted = Finish { outcome: None, dossiers: 5, codes };
    assert_eq!(officer.key("Space"), step(CounterStep::Finish(noted)));
}

#[test]
fn an_outcome_is_compulsory_only_where_the_site_says_so() {
    let mut officer = serving();
    let demands = |officer: &mut Officer, finish| {
        officer.counter.site.as_mut().unwrap().0.rules.finish = finish;
    };
    demands(&mut officer, Finishing::Outcome);
    assert_eq!(officer.key("Space"), None, "the main key asks, too");
    assert_eq!(officer.view().main_label, "Kết thúc");
    assert!(!officer.view().ask.may);
    assert_eq!(officer.key("Enter"), None);
    officer.key("6");
    assert!(officer.view().ask.may && officer.key("Enter").is_some());
    let mut officer = serving();
    demands(&mut officer, Finishing::Quick);
    assert_eq!(officer.key("Enter"), step(CounterStep::finish()), "one key where nothing is asked");
}

#[test]
fn a_visitor_is_set_aside_until_a_time_and_comes_back_with_one_press() {
    let mut officer = serving();
    officer.key("g");
    assert_eq!(officer.view().ask.rows[1].note, "đến 08:21");
    let until = Some(at(officer.ms + 1_000).wall.plus_min(20));
    assert_eq!(officer.key("2"), step(CounterStep::Park { until }));
    officer.done();
    officer.happens(1, "10", What::Parked { until });
    let tabs: Vec<_> = officer.view().tabs.into_iter().map(|tab| tab.count).collect();
    assert_eq!(tabs, ["1", "0", "1", ""]);
    officer.key("Right");
    officer.key("Right");
    let row = officer.view().waiting.remove(0);
    assert_eq!(
        (row.number.as_str(), row.age.as_str(), row.back),
        ("H001", "trở lại lúc 08:21", true)
    );
    let resume = Action::Resume { counter: "10".into(), number: h(1) };
    officer.ms += 1_000;
    assert_eq!(
        acted(officer.input(Input::Touch(Touch::Back("H001".into())))),
        Some(resume.clone())
    );
    officer.refused(Refusal::NoNumber);
    // By keys alone: the list, its first row.
    officer.key("b");
    assert_eq!(officer.key("Enter"), Some(resume));
}

#[test]
fn who_missed_the_turn_waits_again() {
    let mut officer = called();
    officer.happens(1, "10", What::NoShow);
    officer.key("B");
    officer.write("1");
    let requeue = Action::Requeue { number: h(1), by: Some("10".into()) };
    assert_eq!(officer.key("Enter"), Some(requeue));
}

#[test]
fn a_transfer_is_found_by_typing() {
    let mut officer = serving();
    officer.key("t");
    let all = officer.view().ask;
    assert!(all.below > 10 && all.rows[0].chosen);
    officer.write("quay 12");
    let to = Target::Counter("12".into());
    let action = Action::Transfer { number: h(1), to, by: Some("10".into()) };
    assert_eq!(officer.key("Enter"), Some(action));
    let mut officer = serving();
    officer.key("t");
    officer.write("tu phap");
    let row = &officer.view().ask.rows[0];
    assert!(row.label.contains("Tư pháp"), "{row:?}");
    let to = Target::Service("stp".into());
    let action = Action::Transfer { number: h(1), to, by: Some("10".into()) };
    assert_eq!(officer.key("Enter"), Some(action));
}

#[test]
fn what_was_typed_stays_until_it_is_done() {
    let mut feed = two_waiting();
    feed.issue(3_000, 12);
    let mut officer = Officer::of(feed);
    // Typed at once after the key that opens the dialog: nothing is lost.
    officer.key("N");
    for letter in ["1", "2"] {
        assert_eq!(officer.quick(letter), None);
    }
    assert_eq!(officer.view().ask.typed, "12");
    officer.key("Enter");
    assert_eq!(officer.view().ask.asked, Asked::Reason);
    assert_eq!(officer.key("Enter"), None, "no reason, no call");
    officer.input(Input::Touch(Touch::Words("  Đi cùng người nhà ".into())));
    let reason = "Đi cùng người nhà".to_owned();
    let call = Action::Call { counter: "10".into(), number: h(12), reason };
    assert_eq!(officer.key("Enter"), Some(call));
    let taken = Refusal::TakenByOther { number: h(12), counter: "9".into() };
    officer.refused(taken.clone());
    let view = officer.view();
    assert_eq!((view.ask.asked, view.refusal), (Asked::Reason, taken.words(Lang::Vi)));
    let reason = "Quay lại bổ sung giấy tờ".to_owned();
    let call = Action::Call { counter: "10".into(), number: h(12), reason };
    assert_eq!(officer.key("1"), Some(call), "or by the figure of a reason");
    officer.done();
    assert_eq!(officer.view().ask.asked, Asked::Nothing);
    officer.key("N");
    officer.key("Esc");
    assert_eq!(officer.view().ask.asked, Asked::Nothing);
}

#[test]
fn a_number_is_given_up_or_void_with_a_reason() {
    let mut officer = called();
    officer.key("x");
    let cancel = Action::Cancel { number: h(1), by: Some("10".into()) };
    assert_eq!(officer.key("1"), Some(cancel));
    let mut officer = serving();
    officer.key("x");
    let void = Action::Void { number: h(1), reason: "Số in thử".into(), by: Some("10".into()) };
    assert_eq!(officer.key("1"), Some(void), "a visit that began is not given up");
    // Somebody who waits, by the list of numbers.
    let mut officer = Officer::of(two_waiting());
    officer.key("n");
    officer.key("Down");
    officer.key("Del");
    let cancel = Action::Cancel { number: h(2), by: Some("10".into()) };
    assert_eq!(officer.key("1"), Some(cancel));
}

#[test]
fn a_counter_pauses_with_a_reason_and_goes_on() {
    let mut officer = Officer::of(two_waiting());
    officer.key("p");
    let pause = |reason: &str| {
        let change = Shift::Pause { reason: reason.into() };
        Some(Action::Shift { counter: "10".into(), change })
    };
    assert_eq!(officer.key("1"), pause("Giải lao"));
    officer.done();
    officer.happens(1, "10", What::CounterPaused { reason: "Giải lao".into() });
    let view = officer.view();
    assert_eq!(
        (view.state_chip.as_str(), view.main_label.as_str()),
        ("Tạm dừng: Giải lao", "Tiếp tục phục vụ")
    );
    let open = Action::Shift { counter: "10".into(), change: Shift::Open { officer: None } };
    assert_eq!(officer.key("Space"), Some(open));
    let mut officer = serving();
    assert_eq!(officer.key("P"), None);
    assert!(officer.view().refusal.contains("H001"), "nobody pauses in a visitor's face");
}

#[test]
fn a_press_is_said_to_be_done_or_not_when_the_store_comes_back() {
    let gone = || Trouble { vi: "Mất kết nối.".into(), en: "Away.".into() };
    for (answer, words) in [
        (
            Answer::Done(Box::new(store::Done {
                ticket: None,
                events: Vec::new(),
                repeated: false,
                code: None,
            })),
            "Gọi lại đã được thực hiện.",
        ),
        (
            Answer::Failed(Trouble {
                vi: "Chưa được thực hiện.".into(), en: "Not done.".into()
            }),
            "Gọi lại: Chưa được thực hiện.",
        ),
    ] {
        let mut officer = called();
        assert!(officer.key("r").is_some());
        officer.input(Input::Away(gone()));
        assert_eq!(officer.key("r"), None);
        let board = board(&officer.feed);
        assert_eq!(officer.input(board).len(), 1, "the counter is claimed again");
        officer.input(Input::Answer { tag: Tag::Step, answer });
        assert_eq!(officer.view().refusal, words);
    }
    // Known at once: a store that was busy.
    let mut officer = called();
    officer.key("Del");
    let answer =
        Answer::Failed(Trouble { vi: "Chưa được thực hiện.".into(), en: String::new() });
    officer.input(Input::Answer { tag: Tag::Step, answer });
    assert_eq!(officer.view().refusal, "Vắng mặt: Chưa được thực hiện.");
}

#[test]
fn killed_in_every_state_the_counter_comes_back_to_the_same_visitor() {
    let states: [(&[What], Doing); 4] = [
        (&[What::Called { calls: 1, reason: None, streak: 0 }], Doing::Called),
        (
            &[What::Called { calls: 1, reason: None, streak: 0 }, What::Recalled { calls: 2 }],
            Doing::Called,
        ),
        (&[What::Called { calls: 1, reason: None, streak: 0 }, What::Started], Doing::Serving),
        (
            &[What::Called { calls: 1, reason: None, streak: 0 }, What::Parked { until: None }],
            Doing::Idle,
        ),
    ];
    for (events, doing) in states {
        let mut feed = two_waiting();
        for what in events {
            feed.add(2_000, 1, "10", what.clone());
        }
        let view = Officer::of(feed).view();
        let number = if doing == Doing::Idle { "" } else { "H001" };
        assert_eq!((view.doing, view.number.as_str()), (doing, number), "{events:?}");
    }
}

#[test]
fn the_next_one_is_named_with_the_reason() {
    let mut officer = Officer::of(two_waiting());
    assert_eq!(officer.view().main_why, "chờ lâu nhất");
    let mut rank = 0;
    let board = &mut officer.counter.board;
    for ticket in board.tickets.values_mut().filter(|ticket| ticket.number == h(2)) {
        ticket.lane = queue::rule::Lane::Priority;
        ticket.class = "priority".into();
        ticket.rank -= 60 * 60_000;
        rank = ticket.rank;
    }
    assert!(rank != 0);
    let view = officer.view();
    assert_eq!(view.main_next, "tiếp theo H002");
    assert!(view.main_why.starts_with("H002 ưu tiên, tính như đến sớm hơn"), "{}", view.main_why);
    assert!(view.main_why.ends_with("trước 1 người đến sớm hơn"), "{}", view.main_why);
}

#[test]
fn a_sound_comes_only_to_an_idle_counter_that_had_nobody() {
    let mut feed = Feed::default();
    let mut counter = opened(&feed);
    let chime = vec![Effect::Order(Order::Chime)];
    assert_eq!(counter.step(Input::Events(vec![feed.issue(0, 1)]), at(0)), chime);
    assert_eq!(counter.step(Input::Events(vec![feed.issue(0, 2)]), at(0)), []);
    counter.step(Input::Events(vec![feed.call(0, 1, "10"), feed.call(0, 2, "9")]), at(0));
    assert_eq!(counter.step(Input::Events(vec![feed.issue(0, 3)]), at(0)), [], "not while serving");
}

#[test]
fn a_queue_that_waits_elsewhere_is_offered_to_an_idle_counter() {
    let mut feed = Feed::default();
    feed.take(0, "stp", Number::new("T", 4), "normal");
    let mut officer = Officer::of(feed);
    assert_eq!(officer.view().notice, "");
    assert_eq!(officer.key("F7"), None);
    officer.ms = 18 * 60_000;
    let view = officer.view();
    assert!(view.needs_help && view.notice.contains("số T004 đã chờ 18 phút"), "{}", view.notice);
    let reason = "Hỗ trợ hàng chờ khác".to_owned();
    let call = Action::Call { counter: "10".into(), number: Number::new("T", 4), reason };
    assert_eq!(officer.key("F7"), Some(call));
}

#[test]
fn the_strip_gives_way_to_a_dialog_and_comes_back() {
    let mut officer = serving();
    officer.key("F2");
    assert!(officer.view().strip);
    officer.key("Enter");
    assert!(!officer.view().strip);
    officer.key("Esc");
    assert!(officer.view().strip);
    officer.key("F2");
    assert!(!officer.view().strip);
}

/// Somebody else takes a number while the list is open: the mark stays with its row, a press on a row
/// that is gone is nobody's, and Enter that was meant for the list as it stood takes nobody else.
#[test]
fn a_list_that_moves_under_a_press_gives_nobody_else() {
    let mut feed = Feed::default();
    feed.add(0, 0, "9", What::CounterOpened);
    for number in 1..=4 {
        feed.issue(0, number);
    }
    let mut officer = Officer::of(feed);
    officer.key("N");
    let labels = |officer: &Officer| -> Vec<String> {
        officer.view().ask.rows.iter().map(|row| row.label.clone()).collect()
    };
    let chosen = |officer: &Officer| {
        let view = officer.view();
        view.ask.rows.iter().find(|row| row.chosen).map(|row| row.label.clone())
    };
    let before = labels(&officer);
    officer.key("Down");
    assert_eq!(chosen(&officer), Some(before[1].clone()));
    // The first of the list is called elsewhere: the mark goes up with its row.
    officer.ms += 1_000;
    officer.happens(1, "9", What::Called { calls: 1, reason: None, streak: 0 });
    assert_eq!(labels(&officer)[0], before[1]);
    assert_eq!(chosen(&officer), Some(before[1].clone()));
    // The marked one goes, and Enter was already on its way.
    officer.ms += 5_000;
    officer.happens(2, "9", What::Called { calls: 1, reason: None, streak: 0 });
    officer.ms += 100;
    assert_eq!(officer.quick("Enter"), None);
    assert_eq!(officer.view().ask.asked, Asked::Number, "nothing was chosen");
    // Nor is whoever stands now where the finger went.
    let gone = Input::Touch(Touch::Pick(before[1].clone()));
    assert_eq!(acted(officer.input(gone)), None);
    assert_eq!(officer.view().ask.asked, Asked::Number);
    officer.key("Enter");
    let view = officer.view();
    assert_eq!((view.ask.asked, view.ask.number.as_str()), (Asked::Reason, "H003"));
}
