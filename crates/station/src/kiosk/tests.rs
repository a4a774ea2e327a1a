use queue::{Action, ClassId, PrintState, Refusal, WithoutPaper};

use super::*;
use crate::desk::Answer;
use crate::flow::Effect;
use crate::testing::{Feed, at, site, ticket};

type Effects = Vec<EffectOf<Kiosk>>;

fn kiosk_of(site: Box<Site>) -> Kiosk {
    let layout = Layout { tiles_max: 21, rows_max: 7 };
    let mut kiosk = Kiosk::new(KioskConfig::default(), layout);
    let board = Box::new(Feed::default().board);
    kiosk.step(Input::Board { site, board, tail: Vec::new(), experience: Box::default() }, at(0));
    kiosk
}

fn press(kiosk: &mut Kiosk, touch: Touch, ms: i64) -> Effects {
    kiosk.step(Input::Touch(touch), at(ms))
}

fn answer(kiosk: &mut Kiosk, tag: Tag, answer: Answer, ms: i64) -> Effects {
    kiosk.step(Input::Answer { tag, answer }, at(ms))
}

/// At the question of priority for the land office's first procedure.
fn asked(kiosk: &mut Kiosk) {
    for touch in [Touch::Tile("agency:stnmt".into()), Touch::Row("stnmt/0".into()), Touch::Take] {
        assert_eq!(press(kiosk, touch, 0), []);
    }
    assert_eq!(kiosk.view(at(0)).page, Page::Priority);
}

fn done(print: PrintState) -> Answer {
    let ticket = Some(ticket(7, print));
    Answer::Done(Box::new(store::Done { ticket, events: Vec::new(), repeated: false }))
}

/// A number that is durable and whose slip has been ordered; the job is 1.
fn issued(kiosk: &mut Kiosk) {
    asked(kiosk);
    press(kiosk, Touch::Priority(false), 0);
    let printing = answer(kiosk, Tag::Issue, done(PrintState::Pending), 0);
    let action = Action::Print { ticket: TicketId(7), print: PrintState::Printing, copy: false };
    assert_eq!(printing, [Effect::Act { tag: Tag::Printing { job: 1 }, action }]);
    let ordered = answer(kiosk, Tag::Printing { job: 1 }, done(PrintState::Printing), 0);
    assert!(matches!(&ordered[..], [Effect::Order(Order::Print { job: 1, .. })]), "{ordered:?}");
}

#[test]
fn a_double_touch_takes_one_number() {
    let mut kiosk = kiosk_of(site());
    asked(&mut kiosk);
    assert_eq!(press(&mut kiosk, Touch::Priority(false), 0).len(), 1);
    for touch in [
        Touch::Priority(false),
        Touch::Priority(true),
        Touch::Take,
        Touch::Back,
        Touch::Row("stnmt/0".into()),
        Touch::Tile("agency:cat".into()),
    ] {
        assert_eq!(press(&mut kiosk, touch, 5), []);
    }
    assert!(kiosk.view(at(5)).printing);
}

#[test]
fn yes_to_the_question_is_the_class_with_the_head_start() {
    let mut kiosk = kiosk_of(site());
    asked(&mut kiosk);
    match &press(&mut kiosk, Touch::Priority(true), 0)[..] {
        [Effect::Act { action: Action::Issue { wish, .. }, .. }] => {
            assert_eq!(wish.class, Some(ClassId::from("priority")));
            assert_eq!((wish.asker, wish.print), (queue::Asker::Visitor, PrintState::Pending));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_rules_refuse_is_said_where_the_visitor_stands() {
    let mut kiosk = kiosk_of(site());
    asked(&mut kiosk);
    press(&mut kiosk, Touch::Priority(false), 0);
    answer(&mut kiosk, Tag::Issue, Answer::Refused(Refusal::Paused { service: "stnmt".into() }), 0);
    let view = kiosk.view(at(0));
    assert_eq!(view.page, Page::Service);
    assert_eq!(view.banner.unwrap().title, "Lĩnh vực này tạm dừng tiếp nhận.");
    press(&mut kiosk, Touch::Back, 0);
    assert!(kiosk.view(at(0)).banner.is_none());
}

#[test]
fn a_slip_in_doubt_is_printed_again_once_with_a_mark_and_only_for_two_minutes() {
    let mut kiosk = kiosk_of(site());
    issued(&mut kiosk);
    let doubt = Trouble { vi: "Máy in không trả lời.".into(), en: "No answer.".into() };
    let end = PrintEnd::Unknown(doubt);
    let record = kiosk.step(Input::Device(Printer::Ended { job: 1, end }), at(1_000));
    let unconfirmed =
        Action::Print { ticket: TicketId(7), print: PrintState::Unconfirmed, copy: false };
    assert_eq!(record, [Effect::Act { tag: Tag::Record, action: unconfirmed }]);
    let view = kiosk.view(at(1_000));
    assert_eq!(view.banner.unwrap().title, "Phiếu có thể chưa in xong");
    assert!(view.can_reprint);

    let mut late = kiosk_of(site());
    issued(&mut late);
    assert!(!late.view(at(120_000)).can_reprint);

    press(&mut kiosk, Touch::Reprint, 2_000);
    match &answer(&mut kiosk, Tag::Printing { job: 2 }, done(PrintState::Printing), 2_000)[..] {
        [Effect::Order(Order::Print { job: 2, slip })] => {
            assert_eq!(slip.copy_mark.as_deref(), Some("BẢN IN LẠI"));
        }
        other => panic!("{other:?}"),
    }
    kiosk.step(Input::Device(Printer::Ended { job: 2, end: PrintEnd::Printed }), at(3_000));
    assert!(!kiosk.view(at(3_000)).can_reprint, "once");
    assert_eq!(press(&mut kiosk, Touch::Reprint, 3_000), []);
}

#[test]
fn a_site_may_refuse_numbers_without_paper() {
    let mut site = site();
    site.without_paper = WithoutPaper::Refuse;
    let mut kiosk = kiosk_of(site);
    let out = Trouble { vi: "Hết giấy.".into(), en: "Out of paper.".into() };
    kiosk.step(Input::Device(Printer::Down(out)), at(0));
    asked(&mut kiosk);
    assert_eq!(press(&mut kiosk, Touch::Priority(false), 0), []);
    let view = kiosk.view(at(0));
    assert!(view.page == Page::Offer && !view.can_accept);
    assert_eq!(press(&mut kiosk, Touch::Accept, 0), [], "no way round the setting");
    kiosk.step(Input::Device(Printer::Ready), at(0));
    press(&mut kiosk, Touch::Back, 0);
    press(&mut kiosk, Touch::Take, 0);
    assert_eq!(press(&mut kiosk, Touch::Priority(false), 0).len(), 1, "paper is back");
}

#[test]
fn a_number_whose_slip_failed_stays_for_a_minute() {
    let mut kiosk = kiosk_of(site());
    issued(&mut kiosk);
    let jam = Trouble { vi: "Kẹt giấy.".into(), en: "Jam.".into() };
    let end = PrintEnd::NotStarted(jam);
    kiosk.step(Input::Device(Printer::Ended { job: 1, end }), at(1_000));
    kiosk.step(Input::Tick, at(60_000));
    let view = kiosk.view(at(60_000));
    assert_eq!((view.page, view.number.as_str()), (Page::NoPaper, "H007"));
    kiosk.step(Input::Tick, at(61_000));
    assert_eq!(kiosk.view(at(61_000)).page, Page::Home);
}

#[test]
fn a_store_that_is_away_is_said_and_gives_no_number() {
    let mut kiosk = kiosk_of(site());
    let gone = || Trouble { vi: "Mất kết nối.".into(), en: "Away.".into() };
    kiosk.step(Input::Away(gone()), at(0));
    let view = kiosk.view(at(0));
    let banner = view.banner.unwrap();
    assert_eq!(banner.title, "Tạm thời chưa lấy được số");
    assert_eq!(banner.text, "Xin chờ giây lát. Số đã lấy vẫn có giá trị.");
    // What is needed can still be read; the button is there and cannot be pressed.
    press(&mut kiosk, Touch::Tile("agency:stnmt".into()), 0);
    press(&mut kiosk, Touch::Row("stnmt/0".into()), 0);
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.can_take), (Page::Service, false));
    assert_eq!(press(&mut kiosk, Touch::Take, 0), []);
    assert_eq!(kiosk.view(at(0)).page, Page::Service);
    // Nor where a visitor has come further already.
    let mut kiosk = kiosk_of(site());
    asked(&mut kiosk);
    kiosk.step(Input::Away(gone()), at(0));
    assert!(!kiosk.view(at(0)).can_take);
    assert_eq!(press(&mut kiosk, Touch::Priority(false), 0), []);
    assert_eq!(kiosk.view(at(0)).page, Page::Priority);
    let mut kiosk = kiosk_of(site());
    kiosk.step(Input::Device(Printer::Down(gone())), at(0));
    asked(&mut kiosk);
    press(&mut kiosk, Touch::Priority(false), 0);
    assert_eq!(kiosk.view(at(0)).page, Page::Offer);
    kiosk.step(Input::Away(gone()), at(0));
    assert_eq!(press(&mut kiosk, Touch::Accept, 0), []);
    // The store went while the number was on its way.
    let mut kiosk = kiosk_of(site());
    asked(&mut kiosk);
    press(&mut kiosk, Touch::Priority(false), 0);
    answer(&mut kiosk, Tag::Issue, Answer::Failed(gone()), 0);
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.number.as_str()), (Page::Service, ""));
    assert!(view.can_take);
}

#[test]
fn a_centre_says_what_to_do_while_its_store_is_away() {
    let vi = "Mời lấy số viết tay tại quầy 1.".to_owned();
    let away = queue::Text { vi, en: "Take a written number at counter 1.".into() };
    let config = KioskConfig { away, ..KioskConfig::default() };
    let mut kiosk = Kiosk::new(config, Layout { tiles_max: 21, rows_max: 7 });
    let gone = || Trouble { vi: "Mất kết nối.".into(), en: "Away.".into() };
    kiosk.step(Input::Away(gone()), at(0));
    assert_eq!(kiosk.view(at(0)).closed_text, "Mời lấy số viết tay tại quầy 1.", "never seen yet");
    let board = Box::new(Feed::default().board);
    let seen = || Box::<Experience>::default();
    let site = site();
    kiosk.step(Input::Board { site, board, tail: Vec::new(), experience: seen() }, at(0));
    kiosk.step(Input::Away(gone()), at(0));
    let text = |kiosk: &Kiosk| kiosk.view(at(0)).banner.unwrap().text;
    assert_eq!(text(&kiosk), "Mời lấy số viết tay tại quầy 1. Số đã lấy vẫn có giá trị.");
    press(&mut kiosk, Touch::Language, 0);
    assert!(text(&kiosk).starts_with("Take a written number at counter 1. Numbers"));
}

#[test]
fn a_touch_that_means_nothing_changes_nothing() {
    let mut kiosk = kiosk_of(site());
    let before = kiosk.view(at(0));
    for touch in [
        Touch::Tile("agency:nowhere".into()),
        Touch::Tile("nothing".into()),
        Touch::Row("stnmt/0".into()),
        Touch::Row("nothing/0".into()),
        Touch::Take,
        Touch::Priority(true),
        Touch::Accept,
        Touch::Done,
        Touch::Reprint,
        Touch::Back,
    ] {
        assert_eq!(press(&mut kiosk, touch.clone(), 0), [], "{touch:?}");
        assert_eq!(kiosk.view(at(0)), before, "{touch:?}");
    }
}

/// Visits of ten minutes each, one open counter, and so many who wait before it.
fn experienced(kiosk: &mut Kiosk, site: Box<Site>, people: u32, ms: i64) {
    let mut feed = Feed::default();
    feed.add(0, 0, "10", queue::What::CounterOpened);
    for number in 1..=people {
        feed.issue(i64::from(number), number);
    }
    let mut experience = Experience::default();
    let ten = vec![600_000; 40];
    let pace = queue::wait::Pace::of(600_000, ten.clone(), ten);
    experience.paces.insert("stnmt".into(), pace);
    let (board, experience) = (Box::new(feed.board), Box::new(experience));
    kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(ms));
}

#[test]
fn what_may_not_be_served_in_time_is_said_before_the_number() {
    let warned = |people: u32, ms: i64| {
        let mut kiosk = kiosk_of(site());
        experienced(&mut kiosk, site(), people, ms);
        for touch in [Touch::Tile("agency:stnmt".into()), Touch::Row("stnmt/0".into())] {
            press(&mut kiosk, touch, ms);
        }
        let view = kiosk.view(at(ms));
        (view.estimate, view.banner.map(|banner| banner.title).unwrap_or_default())
    };
    let (estimate, warning) = warned(2, 1_000);
    assert!(estimate.starts_with("khoảng") && warning.is_empty(), "{estimate} {warning}");
    // 08:00 and an hour's work for each of a lunch time's worth of people.
    assert_eq!(warned(24, 1_000).1, "Có thể không kịp trong buổi này");
    assert_eq!(warned(90, 1_000).1, "Có thể không kịp trong hôm nay");
    // 15:30: whoever is served in time is told of the next working morning.
    assert_eq!(warned(0, 15 * 30 * 60_000).1, "Hồ sơ nhận sau 15:00");
}

#[test]
fn a_holiday_is_called_by_its_name() {
    let mut site = site();
    let name = queue::Text { vi: "Nghỉ lễ Quốc khánh".into(), en: "National Day".into() };
    let day = "2026-11-23".parse().unwrap();
    site.exceptions = vec![queue::Exception { day, sessions: Vec::new(), name }];
    let mut kiosk = kiosk_of(site);
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.closed_title.as_str()), (Page::Closed, "Nghỉ lễ Quốc khánh"));
    press(&mut kiosk, Touch::Language, 0);
    assert_eq!(kiosk.view(at(0)).closed_title, "National Day");
}
