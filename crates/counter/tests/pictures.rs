//! Every page of the counter as a picture, in both languages and two sizes, and every key.
//! `LUOT_PICTURES=DIR` keeps what was drawn.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each face uses its part")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[path = "../../ui/tests/window/mod.rs"]
mod window;

use queue::{Lang, Number, Officer, Refusal, Role, What};
use station::Now;
use station::config::{CounterConfig, SignPlace, SignSection};
use station::counter::{Counter as Desk, Stroke, Tag, Touch, View};
use station::desk::{Answer, Trouble};
use station::flow::{Flow, Input};
use testing::{Feed, at, site};
use ui::{CounterWindow, Design};
use window::{Size, draw, platform, vietnamese};

const MINUTE: i64 = 60_000;

/// A screen that visitors can touch: then the officer has one button more.
fn facing() -> SignSection {
    let place = SignPlace::Window { size: (1024, 600), place: (0, 0) };
    SignSection { place, touch_in: 10.1 }
}

/// A counter with a queue before it: the land office's, or the one with the longest names.
fn opened(id: &str, lang: Lang, feed: &Feed) -> Desk {
    let config =
        CounterConfig { lang, counter: id.into(), sign: facing(), ..CounterConfig::default() };
    let mut counter = Desk::new(&config);
    let board = Box::new(feed.board.clone());
    counter.step(
        Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
        at(0),
    );
    let answer = Answer::Claimed(id.into());
    counter.step(Input::Answer { tag: Tag::Claim, answer }, at(0));
    // The counter opens; its answer brings no ticket.
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    let answer = Answer::Done(Box::new(nothing));
    counter.step(Input::Answer { tag: Tag::Step, answer }, at(0));
    counter
}

fn waiting(people: u32) -> Feed {
    let mut feed = Feed::default();
    for n in 1..=people {
        feed.issue(i64::from(n) * 3 * MINUTE, n);
    }
    for n in 1..people {
        let class = if n % 2 == 0 { "priority" } else { "normal" };
        let ms = i64::from(people + n) * 2 * MINUTE;
        feed.take(ms, "stnmt", Number::new("H", people + n), class);
        feed.take(ms, "sldtbxh", Number::new("Q", n), "normal");
    }
    feed
}

/// Every state of the counter with its name.
fn pages(lang: Lang) -> Vec<(&'static str, View)> {
    let now = at(62 * MINUTE + 7_000);
    let choice = || {
        let board = Box::new(waiting(4).board);
        let mut counter = Desk::new(&CounterConfig { lang, ..CounterConfig::default() });
        counter.step(
            Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
            at(0),
        );
        counter
    };
    let mut chosen = choice();
    chosen.step(Input::Touch(Touch::Choose("10".into())), at(0));
    let mut refused_choice = chosen.view(now);
    refused_choice.refusal =
        Refusal::OtherAgency { officer: "x".into(), counter: "10".into() }.words(lang);
    let mut lost = opened("10", lang, &waiting(4));
    lost.step(Input::ClaimLost("10".into()), at(0));
    let mut feed = waiting(5);
    let few = waiting(2);
    let idle = opened("10", lang, &few);
    let nobody = opened("3", lang, &few);
    let longest = opened("15", lang, &waiting(16));
    feed.call(61 * MINUTE, 1, "10");
    let mut called = opened("10", lang, &feed);
    feed.add(61 * MINUTE + 30_000, 1, "10", What::Started);
    let serving = opened("10", lang, &feed);
    let called_view = called.view(now);
    let answer = Answer::Refused(Refusal::StillHeld {
        counter: "10".into(),
        number: "H001".parse().unwrap(),
    });
    called.step(Input::Answer { tag: Tag::Step, answer }, at(0));
    let refused = called.view(now);
    // The longest that is said of a store that is away.
    let away = store::Error::OutcomeUnknown { detail: String::new() };
    called.step(Input::Away(Trouble::from(&away)), at(0));
    let mut restored = waiting(5);
    restored.board.restored = Some(at(60 * MINUTE).wall);
    let restored = opened("10", lang, &restored);
    let mut other = waiting(5);
    other.call(61 * MINUTE, 1, "9");
    let mut behind = opened("10", lang, &other);
    behind.step(Input::Quiet(vec!["9".into()]), at(0));
    let mut pages = vec![
        ("left-behind", behind.view(now)),
        ("restored", restored.view(now)),
        ("choose", choice().view(now)),
        ("choose-chosen", chosen.view(now)),
        ("choose-refused", refused_choice),
        ("choose-lost", lost.view(now)),
        ("idle", idle.view(now)),
        ("nobody", nobody.view(now)),
        ("longest", longest.view(now)),
        ("called", called_view.clone()),
        ("called-long", long_facts(called_view, lang)),
        ("serving", serving.view(now)),
        ("refused", refused),
        ("lost", called.view(now)),
    ];
    pages.extend(asked(lang, now));
    pages.extend(lists(lang, now));
    pages.extend(doors(lang, now));
    pages.extend(taken(lang, now));
    pages.extend(hall(lang, now));
    pages
}

/// A visitor of priority, with all that is ever said beside the number.
fn long_facts(view: View, lang: Lang) -> View {
    let (priority, heard) = match lang {
        Lang::Vi => ("Ưu tiên", "màn hình A không hiện số"),
        Lang::En => ("Priority", "not shown at A"),
    };
    View { priority: priority.into(), facts: format!("{heard} · {}", view.facts), ..view }
}

/// The sign-in page, the lock, and a supervisor at work.
fn doors(lang: Lang, now: Now) -> Vec<(&'static str, View)> {
    let mut feed = busy();
    feed.call(60 * MINUTE, 4, "10");
    for (id, role) in [("tnmt-02", Role::Officer), ("truc-01", Role::Supervisor)] {
        let agencies = vec!["stnmt".to_owned()];
        let officer = Officer { id: id.into(), name: id.into(), role, agencies };
        feed.board.officers.insert(officer.id.clone(), officer);
    }
    let sign = facing();
    let config = CounterConfig { lang, counter: "10".into(), sign, ..CounterConfig::default() };
    let desk = |keys: &[&str]| {
        let mut counter = Desk::new(&config);
        let board = Box::new(feed.board.clone());
        let (tail, experience) = (Vec::new(), Box::default());
        counter.step(Input::Board { site: site(), board, tail, experience }, now);
        type_into(&mut counter, keys);
        counter
    };
    let account = ["t", "n", "m", "t", "-", "0", "2", "Enter", "2", "7", "1", "8"];
    let supervisor = ["t", "r", "u", "c", "-", "0", "1", "Enter", "1", "2", "3", "4", "Enter"];
    let mut wrong = desk(&account);
    let answer = Answer::Refused(Refusal::WrongPin { left: 3 });
    wrong.step(Input::Answer { tag: Tag::Door, answer }, now);
    let done = || {
        let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
        Answer::Done(Box::new(nothing))
    };
    let mut signed = desk(&supervisor);
    for (tag, answer) in
        [(Tag::Door, done()), (Tag::Claim, Answer::Claimed("10".into())), (Tag::Step, done())]
    {
        signed.step(Input::Answer { tag, answer }, now);
    }
    let work = signed.view(now);
    type_into(&mut signed, &["F6"]);
    let services = signed.view(now);
    signed.step(Input::Tick, at(180 * MINUTE));
    vec![
        ("sign-in", desk(&account).view(now)),
        ("sign-in-wrong", wrong.view(now)),
        ("supervisor", work),
        ("services", services),
        ("locked", signed.view(now)),
    ]
}

/// The question whether to take a counter, and the notice where it was, with somebody there.
fn taken(lang: Lang, now: Now) -> Vec<(&'static str, View)> {
    let mut feed = busy();
    feed.call(60 * MINUTE, 4, "10");
    feed.add(60 * MINUTE, 4, "10", What::CounterOpened);
    for (id, name) in [("tnmt-02", "Bà Lan"), ("tnmt-03", "Bà Hoa")] {
        let (agencies, name) = (vec!["stnmt".to_owned()], name.to_owned());
        let officer = Officer { id: id.into(), name, role: Role::Officer, agencies };
        feed.board.officers.insert(officer.id.clone(), officer);
    }
    let at_work = |feed: &mut Feed, who: &str| {
        feed.board.counters.get_mut(&"10".into()).unwrap().officer = Some(who.into());
    };
    at_work(&mut feed, "tnmt-02");
    let signed = |feed: &Feed, account: &str| {
        let config = CounterConfig { lang, counter: "10".into(), ..CounterConfig::default() };
        let mut counter = Desk::new(&config);
        let board = Box::new(feed.board.clone());
        let (tail, experience) = (Vec::new(), Box::default());
        counter.step(Input::Board { site: site(), board, tail, experience }, now);
        counter.step(Input::Touch(Touch::Account(account.into())), now);
        type_into(&mut counter, &["Enter", "2", "7", "1", "8", "Enter"]);
        let done = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
        let answer = Answer::Done(Box::new(done));
        counter.step(Input::Answer { tag: Tag::Door, answer }, now);
        counter
    };
    let mut asked = signed(&feed, "tnmt-03");
    let answer = Answer::Refused(Refusal::CounterInUse { counter: "10".into() });
    asked.step(Input::Answer { tag: Tag::Claim, answer }, now);
    let question = asked.view(now);
    let mut lost = signed(&feed, "tnmt-02");
    lost.step(Input::Answer { tag: Tag::Claim, answer: Answer::Claimed("10".into()) }, now);
    let from = Some("tnmt-02".into());
    let mut event = feed.add(62 * MINUTE, 4, "10", What::CounterTaken { from });
    event.officer = Some("tnmt-03".into());
    lost.step(Input::Events(vec![event]), now);
    lost.step(Input::ClaimLost("10".into()), now);
    vec![("take", question), ("taken", lost.view(now))]
}

/// The whole hall before a supervisor of the centre, with everything that can be wrong.
fn hall(lang: Lang, now: Now) -> Vec<(&'static str, View)> {
    let mut feed = busy();
    feed.add(40 * MINUTE, 3, "10", What::CounterOpened);
    feed.add(40 * MINUTE, 3, "1", What::CounterOpened);
    feed.call(60 * MINUTE, 5, "10");
    // The reason stands in the office's own language; that is no fixed text.
    let reason = Some("…".to_owned());
    let what = What::Called { calls: 1, reason, streak: 0 };
    feed.add(61 * MINUTE, 6, "9", What::Requeued { rank: 0 });
    feed.add(61 * MINUTE, 3, "9", What::finished());
    feed.add(61 * MINUTE, 6, "9", what);
    for (id, role, name) in [
        ("tnmt-02", Role::Officer, "Lan"),
        ("stp-01", Role::Officer, "Thu"),
        ("truc-01", Role::Supervisor, "Mai"),
    ] {
        let agencies = if role == Role::Officer { vec!["stnmt".to_owned()] } else { Vec::new() };
        let officer = Officer { id: id.into(), name: name.into(), role, agencies };
        feed.board.officers.insert(officer.id.clone(), officer);
    }
    for (counter, who) in [("9", "tnmt-02"), ("12", "stp-01")] {
        feed.board.counters.get_mut(&counter.into()).unwrap().officer = Some(who.into());
    }
    let config = CounterConfig { lang, counter: "10".into(), ..CounterConfig::default() };
    let desk = |keys: &[&str]| {
        let mut counter = Desk::new(&config);
        let board = Box::new(feed.board.clone());
        let (tail, experience) = (Vec::new(), Box::default());
        counter.step(Input::Board { site: site(), board, tail, experience }, now);
        counter.step(Input::Touch(Touch::Account("truc-01".into())), now);
        type_into(&mut counter, &["Enter", "1", "2", "3", "4", "Enter"]);
        let done = || {
            let nothing =
                store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
            Answer::Done(Box::new(nothing))
        };
        for (tag, answer) in [
            (Tag::Door, done()),
            (Tag::Claim, Answer::Claimed("10".into())),
            (Tag::Step, done()),
            (Tag::Day, Answer::Day(feed.events.clone())),
        ] {
            counter.step(Input::Answer { tag, answer }, now);
        }
        type_into(&mut counter, keys);
        counter
    };
    let pages: [(&'static str, &[&str]); 5] = [
        ("watch", &["F5"]),
        ("watch-move", &["F5", "T"]),
        ("watch-void", &["F5", "X", "Enter"]),
        ("watch-officers", &["F5", "F4"]),
        ("watch-agencies", &["F5", "F4", "Enter"]),
    ];
    let drawn = |(name, keys): (&'static str, &[&str])| (name, desk(keys).view(now));
    pages.into_iter().map(drawn).collect()
}

/// A full hall: somebody of priority served, others set aside and missed, other counters at work.
fn busy() -> Feed {
    let mut feed = waiting(6);
    feed.board.tickets.values_mut().filter(|t| t.number == Number::new("H", 7)).for_each(|t| {
        t.procedure = Some(0);
    });
    let until = Some(at(80 * MINUTE).wall);
    feed.call(50 * MINUTE, 1, "10");
    feed.add(51 * MINUTE, 1, "10", What::Parked { until });
    feed.call(52 * MINUTE, 2, "10");
    feed.add(53 * MINUTE, 2, "10", What::NoShow);
    feed.call(54 * MINUTE, 3, "9");
    feed.add(54 * MINUTE, 3, "9", What::CounterOpened);
    feed.add(54 * MINUTE, 3, "12", What::CounterPaused { reason: "Họp".into() });
    feed
}

fn served(lang: Lang) -> Desk {
    let mut feed = busy();
    feed.call(60 * MINUTE, 4, "10");
    feed.add(60 * MINUTE + 30_000, 4, "10", What::Started);
    for ticket in feed.board.tickets.values_mut().filter(|t| t.number == Number::new("H", 4)) {
        ticket.procedure = Some(0);
        ticket.lane = queue::rule::Lane::Priority;
    }
    opened("10", lang, &feed)
}

fn type_into(counter: &mut Desk, keys: &[&str]) {
    for (n, name) in keys.iter().enumerate() {
        let stroke = Stroke { name: (*name).into(), ctrl: false, repeat: false };
        let ms = 62 * MINUTE + i64::try_from(n).unwrap() * 1_000;
        counter.step(Input::Touch(Touch::Stroke(stroke)), at(ms));
    }
}

/// Every dialog with its name.
fn asked(lang: Lang, now: Now) -> Vec<(&'static str, View)> {
    let of_held: [(&'static str, &[&str]); 7] = [
        ("finish", &["Enter", "1"]),
        ("finish-codes", &["Enter", "2", "0", "0", "1", "Enter", "H", "6", "3", "Enter", "7", "8"]),
        ("papers", &["F3"]),
        ("park", &["G"]),
        ("transfer", &["T", "Down"]),
        ("transfer-nothing", &["T", "z", "z"]),
        ("end", &["X"]),
    ];
    let of_free: [(&'static str, &[&str]); 5] = [
        ("number", &["N"]),
        ("reason", &["N", "5", "Enter"]),
        ("returns", &["B"]),
        ("pause", &["P"]),
        ("busy-idle", &[]),
    ];
    let mut pages = Vec::new();
    for (name, keys) in of_held {
        let mut counter = served(lang);
        type_into(&mut counter, keys);
        pages.push((name, counter.view(now)));
    }
    for (name, keys) in of_free {
        let mut counter = opened("10", lang, &busy());
        type_into(&mut counter, keys);
        pages.push((name, counter.view(now)));
    }
    let mut refused = opened("10", lang, &busy());
    type_into(&mut refused, &["N", "5", "Enter", "1"]);
    let taken = Refusal::TakenByOther { number: Number::new("H", 5), counter: "9".into() };
    let answer = Answer::Refused(taken);
    refused.step(Input::Answer { tag: Tag::Step, answer }, now);
    pages.push(("reason-refused", refused.view(now)));
    pages
}

/// The other lists, a pause, a queue elsewhere that waits too long.
fn lists(lang: Lang, now: Now) -> Vec<(&'static str, View)> {
    let mut pages = Vec::new();
    for (tab, name) in [(1, "missed"), (2, "parked"), (3, "centre")] {
        let mut counter = served(lang);
        counter.step(Input::Touch(Touch::Tab(tab)), now);
        pages.push((name, counter.view(now)));
    }
    let mut feed = waiting(2);
    feed.add(61 * MINUTE, 1, "10", What::CounterPaused { reason: "Giải lao".into() });
    let paused = opened("10", lang, &feed);
    let mut view = paused.view(now);
    // The reason stands in the office's own language; that is no fixed text.
    view.state_chip = view.state_chip.replace("Giải lao", "…");
    pages.push(("paused", view));
    let mut feed = Feed::default();
    feed.take(30 * MINUTE, "stp", Number::new("T", 4), "normal");
    pages.push(("help", opened("10", lang, &feed).view(now)));
    pages
}

fn drawn(size: Size) {
    platform();
    let window = CounterWindow::new().unwrap();
    let mut complaints = Vec::new();
    for (lang, tongue) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        for (name, view) in pages(lang) {
            counter::show(&window, &view);
            let picture = draw(&window, Design::Desk, size, &format!("counter-{name}-{tongue}"));
            complaints.extend(picture.complaints());
            if lang == Lang::En {
                let left = vietnamese(&picture.texts);
                let say = |text: &String| format!("{}: not English: {text}", picture.name);
                complaints.extend(left.iter().map(say));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn at_its_own_size_every_page_is_whole() {
    drawn((1366, 768));
}

#[test]
fn on_a_large_screen_every_page_is_whole() {
    drawn((1920, 1080));
}

#[test]
fn a_refusal_moves_no_button() {
    platform();
    let window = CounterWindow::new().unwrap();
    let pages = pages(Lang::Vi);
    let places = ["called", "refused"].map(|name| {
        let (_, view) = pages.iter().find(|(known, _)| *known == name).unwrap();
        counter::show(&window, view);
        let picture = draw(&window, Design::Desk, (1366, 768), &format!("counter-still-{name}"));
        let said = picture.texts.iter().any(|text| text.name.contains("H001."));
        assert_eq!(said, !view.refusal.is_empty());
        picture.controls
    });
    assert_eq!(places[0], places[1]);
}

#[test]
fn the_nine_steps_stand_in_three_equal_columns() {
    platform();
    let window = CounterWindow::new().unwrap();
    let (_, view) = pages(Lang::En).into_iter().find(|(name, _)| *name == "serving").unwrap();
    counter::show(&window, &view);
    let picture = draw(&window, Design::Desk, (1366, 768), "counter-grid");
    let step = |name: &str| picture.controls.iter().find(|step| step.name == name).unwrap();
    let grid = [
        ["Finish", "Recall", "No-show"],
        ["Transfer", "Park", "Requeue"],
        ["Call a number", "No number", "End number"],
    ];
    let grid = grid.map(|row| row.map(step));
    for row in grid {
        for (column, step) in row.iter().enumerate() {
            assert!((step.width() - grid[0][0].width()).abs() < 0.5, "{row:?}");
            assert!((step.left - grid[0][column].left).abs() < 0.5, "{grid:?}");
        }
    }
}

/// The strip in each state, and what goes wrong in it.
#[test]
fn the_strip_is_whole() {
    platform();
    let window = CounterWindow::new().unwrap();
    let mut complaints = Vec::new();
    for (lang, tongue) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        for (name, mut view) in pages(lang) {
            if !["idle", "called", "serving", "refused", "lost", "nobody"].contains(&name) {
                continue;
            }
            view.strip = true;
            counter::show(&window, &view);
            for size in [(900, 84), (1200, 112)] {
                let name = format!("counter-strip-{name}-{tongue}");
                let picture = draw(&window, Design::Strip, size, &name);
                complaints.extend(picture.complaints());
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
