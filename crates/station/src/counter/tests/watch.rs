//! The whole hall for whoever supervises it, played without a window.

use queue::{Officer, OfficerId, Role, Staffing, Target};

use super::*;

const MINUTE: i64 = 60_000;

/// Three wait for the land office since 08:00, one of them for a quarter of an hour at 08:15; at
/// counter 9 somebody else is served.
fn hall() -> Feed {
    let mut feed = two_waiting();
    feed.issue(2_000, 3);
    feed.add(3_000, 3, "9", What::CounterOpened);
    feed.call(4_000, 3, "9");
    feed.add(5_000, 3, "9", What::Started);
    feed.take(6_000, "stp", Number::new("T", 1), "normal");
    for (id, role, agencies) in [
        ("lan", Role::Officer, vec!["stnmt"]),
        ("mai", Role::Supervisor, vec!["stnmt"]),
        ("son", Role::Supervisor, vec![]),
    ] {
        let agencies = agencies.into_iter().map(str::to_owned).collect();
        let officer = Officer { id: id.into(), name: format!("Bà {id}"), role, agencies };
        feed.board.officers.insert(officer.id.clone(), officer);
    }
    feed
}

struct Supervisor {
    counter: Counter,
    ms: i64,
}

impl Supervisor {
    fn of(feed: &Feed, who: &str) -> Self {
        let config = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
        let mut counter = Counter::new(&config);
        counter.door.signed = Some(OfficerId::from(who));
        counter.step(board(feed), at(0));
        answer(&mut counter, Tag::Claim, Answer::Claimed("10".into()));
        done(&mut counter);
        answer(&mut counter, Tag::Day, Answer::Day(feed.events.clone()));
        Self { counter, ms: 8 * MINUTE }
    }

    fn key(&mut self, name: &str) -> Option<Action> {
        self.ms += 1_000;
        let stroke = Stroke { name: name.into(), ctrl: false, repeat: false };
        let wanted = self.counter.step(Input::Touch(Touch::Stroke(stroke)), at(self.ms));
        wanted.into_iter().find_map(|effect| {
            if let Effect::Act { action, .. } = effect { Some(action) } else { None }
        })
    }

    fn keys(&mut self, names: &[&str]) -> Option<Action> {
        names.iter().map(|name| self.key(name)).last().flatten()
    }

    fn type_in(&mut self, text: &str) {
        for letter in text.chars() {
            let name = if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
            assert_eq!(self.key(&name), None);
        }
    }

    fn view(&self) -> View {
        self.counter.view(at(self.ms))
    }
}

fn heads(list: &WatchList) -> Vec<&str> {
    list.rows.iter().map(|row| row.head.as_str()).collect()
}

#[test]
fn an_officer_sees_nothing_of_it() {
    let mut lan = Supervisor::of(&hall(), "lan");
    for key in ["F5", "F4", "F6"] {
        assert_eq!(lan.key(key), None);
        let view = lan.view();
        assert_eq!((view.page, view.ask.asked), (Page::Work, Asked::Nothing), "{key}");
        assert_eq!(view.watch, WatchView::default());
    }
    // Of a number that is not the officer's own only what the visitor wants is offered.
    lan.keys(&["N", "1", "Del"]);
    let rows: Vec<_> = lan.view().ask.rows.into_iter().map(|row| row.label).collect();
    assert_eq!(rows, ["Công dân không chờ nữa"]);
}

#[test]
fn a_supervisor_sees_counters_queues_and_what_is_wrong() {
    let mut son = Supervisor::of(&hall(), "son");
    son.key("F5");
    son.ms = 15 * MINUTE + 1_000;
    let view = son.view();
    assert_eq!(view.page, Page::Watch);
    let told: Vec<_> =
        view.watch.alarms.rows.iter().map(|row| (row.name.as_str(), row.age.as_str())).collect();
    let late = "Chờ quá lâu · Đất đai: 2 người, lâu nhất H001";
    assert_eq!(told, [(late, "15 phút")]);
    let nine = &view.watch.counters.rows[0];
    assert_eq!((nine.head.as_str(), nine.note.as_str()), ("9", "đang phục vụ"));
    assert_eq!((nine.figure.as_str(), nine.age.as_str()), ("H003", "14 phút"));
    let land = &view.watch.queues.rows[0];
    assert_eq!((land.head.as_str(), land.figure.as_str(), land.late), ("H", "2", true));
    assert_eq!(view.watch.queues.rows[1].head, "R");
    // The counter opens, nobody is called: it is idle.
    son.counter.board.counters.entry("10".into()).or_default().duty = Duty::Open;
    let idle = son.view().watch.alarms.rows.remove(1);
    assert!(idle.name.starts_with("Quầy rảnh mà có người chờ · quầy 10: tiếp theo H001"));
    // Nothing of the own counter is done from here by mistake.
    for key in ["Space", "Enter", "N", "D", "P", "Del"] {
        assert_eq!(son.key(key), None, "{key}");
        assert_eq!(son.view().ask.asked, Asked::Nothing, "{key}");
    }
    son.key("Esc");
    assert_eq!(son.view().page, Page::Work);
}

#[test]
fn a_supervisor_of_an_agency_sees_and_moves_its_own() {
    let mut mai = Supervisor::of(&hall(), "mai");
    mai.key("F5");
    let view = mai.view();
    assert_eq!(heads(&view.watch.queues), ["H"]);
    assert!(
        heads(&view.watch.counters).contains(&"10") && !heads(&view.watch.counters).contains(&"1")
    );
    mai.key("T");
    let numbers: Vec<_> = mai.view().ask.rows.into_iter().map(|row| row.label).collect();
    assert!(
        numbers.iter().all(|label| label.starts_with('H')) && numbers.len() == 3,
        "{numbers:?}"
    );
    mai.key("Esc");
    mai.key("F6");
    assert_eq!(mai.view().ask.rows.len(), 1, "and stops its own");
}

#[test]
fn a_number_of_others_is_moved_and_voided_by_keys() {
    let mut son = Supervisor::of(&hall(), "son");
    son.keys(&["F5", "T"]);
    son.type_in("3");
    assert_eq!(son.view().ask.rows[0].note, "ở quầy 9");
    assert_eq!(son.key("Enter"), None);
    son.type_in("tu phap");
    let to = Target::Service("stp".into());
    let (number, by) = (Number::new("H", 3), Some("10".into()));
    let moved = Action::Transfer { number, to, by };
    assert_eq!(son.key("Enter"), Some(moved));
    done(&mut son.counter);
    assert_eq!(son.view().page, Page::Watch, "the hall is still there");
    son.key("X");
    son.type_in("2");
    assert_eq!(son.key("Enter"), None);
    let rows: Vec<_> = son.view().ask.rows.into_iter().map(|row| row.label).collect();
    let at = rows.iter().position(|row| row == "Lấy trùng số").unwrap() + 1;
    let (number, reason) = (Number::new("H", 2), "Lấy trùng số".to_owned());
    let void = Action::Void { number, reason, by: Some("10".into()) };
    assert_eq!(son.key(&at.to_string()), Some(void));
}

#[test]
fn a_number_that_is_gone_meanwhile_is_asked_about_no_longer() {
    let mut feed = hall();
    let mut son = Supervisor::of(&feed, "son");
    son.keys(&["F5", "T"]);
    son.type_in("3");
    son.key("Enter");
    assert_eq!(son.view().ask.asked, Asked::Transfer);
    // What happens to others changes nothing, its own end does.
    for (number, what) in [(1, What::Cancelled), (3, What::finished())] {
        assert_eq!(son.view().ask.number, "H003");
        let event = feed.add(20 * MINUTE, number, "9", what);
        son.counter.step(Input::Events(vec![event]), at(20 * MINUTE));
    }
    assert_eq!(son.view().ask.asked, Asked::Nothing);
}

#[test]
fn where_an_officer_works_is_changed_within_the_supervisors_agencies() {
    let mut son = Supervisor::of(&hall(), "son");
    son.key("F4");
    let officers: Vec<_> = son.view().ask.rows.into_iter().map(|row| row.label).collect();
    assert_eq!(officers, ["Bà lan · lan"], "those below");
    assert_eq!(son.key("Enter"), None);
    son.type_in("tu phap");
    let agencies = vec!["stnmt".to_owned(), "stp".to_owned()];
    let change = Staffing::Assign { who: "lan".into(), agencies, by: "10".into() };
    assert_eq!(son.key("Enter"), Some(Action::Staff { change }));
    done(&mut son.counter);
    // The only one is not taken away: without any it would be all.
    son.keys(&["F4", "Enter"]);
    son.type_in("tai nguyen");
    assert_eq!(son.view().ask.rows, []);
    let mut mai = Supervisor::of(&hall(), "mai");
    mai.keys(&["F4", "Enter"]);
    assert_eq!(mai.view().ask.rows, [], "no agency but the own one, which stays");
}

#[test]
fn a_list_that_is_longer_than_its_room_says_so_and_moves() {
    let mut son = Supervisor::of(&hall(), "son");
    son.keys(&["F5", "Right"]);
    let before = son.view().watch;
    assert_eq!((before.list, before.counters.above), (1, 0));
    let all = before.counters.rows.len() + before.counters.below;
    assert!(before.counters.below > 0);
    for _ in 0..all + 5 {
        son.key("Down");
    }
    let after = son.view().watch.counters;
    assert_eq!((after.below, after.above + after.rows.len()), (0, all));
    // At its end it stands: the way back begins at once.
    son.key("Up");
    assert_eq!(son.view().watch.counters.below, 1);
    son.counter.step(Input::Touch(Touch::Scroll(1, -100)), at(son.ms));
    let first = son.view().watch.counters;
    assert_eq!((first.above, heads(&first)), (0, heads(&before.counters)));
}

/// Nothing of what the procedure asks for is lost for want of room.
#[test]
fn all_documents_are_shown_by_a_key() {
    let mut feed = hall();
    feed.call(6 * MINUTE, 1, "10");
    for ticket in feed.board.tickets.values_mut().filter(|t| t.number == Number::new("H", 1)) {
        ticket.procedure = Some(0);
    }
    let mut lan = Supervisor::of(&feed, "lan");
    let papers: Vec<String> = site().service(&"stnmt".into()).unwrap().procedures[0]
        .papers
        .iter()
        .map(|paper| paper.vi.clone())
        .collect();
    assert!(papers.len() > 2);
    let view = lan.view();
    assert_eq!((view.paper_count, &view.papers), (papers.len(), &papers[0]));
    lan.key("F3");
    let view = lan.view();
    assert_eq!((view.ask.asked, view.ask.lines), (Asked::Papers, papers));
    // It stands over the page and presses nothing; it goes with the visitor.
    assert_eq!(lan.keys(&["Space", "Enter", "1"]), None);
    let event = feed.add(7 * MINUTE, 1, "10", What::finished());
    lan.counter.step(Input::Events(vec![event]), at(7 * MINUTE));
    assert_eq!(lan.view().ask.asked, Asked::Nothing);
    lan.key("F3");
    assert_eq!(lan.view().ask.asked, Asked::Nothing, "nobody is here");
}
