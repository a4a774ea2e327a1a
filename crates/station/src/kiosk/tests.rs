use queue::{Action, ClassId, PrintState, Refusal, WithoutPaper};

use super::*;
use crate::config::Further;
use crate::desk::Answer;
use crate::flow::Effect;
use crate::testing::{Feed, at, site, ticket};

type Effects = Vec<EffectOf<Kiosk>>;

fn kiosk_of(site: Box<Site>) -> Kiosk {
    let mut kiosk = Kiosk::new(KioskConfig::default(), Layout::UPRIGHT);
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
    for touch in [
        Touch::Tile("agency:stnmt".into()),
        Touch::Row("stnmt/0".into()),
        Touch::Take,
        Touch::Papers(true),
    ] {
        assert_eq!(press(kiosk, touch, 0), []);
    }
    assert_eq!(kiosk.view(at(0)).page, Page::Priority);
}

fn done(print: PrintState) -> Answer {
    let ticket = Some(ticket(7, print));
    Answer::Done(Box::new(store::Done { ticket, events: Vec::new(), repeated: false, code: None }))
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

/// P4: of two touches of one finger the second does nothing.
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
            assert_eq!(wish.lang, "vi");
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

/// P8: a second slip is the visitor's wish, once, and marked.
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
    for touch in [Touch::Back, Touch::Take, Touch::Papers(true)] {
        press(&mut kiosk, touch, 0);
    }
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
    let away = queue::Text::new(vi, "Take a written number at counter 1.");
    let config = KioskConfig { away, ..KioskConfig::default() };
    let mut kiosk = Kiosk::new(config, Layout::UPRIGHT);
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
    let name = queue::Text::new("Nghỉ lễ Quốc khánh", "National Day");
    let day = "2026-11-23".parse().unwrap();
    site.exceptions = vec![queue::Exception { day, sessions: Vec::new(), name }];
    let mut kiosk = kiosk_of(site);
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.closed_title.as_str()), (Page::Closed, "Nghỉ lễ Quốc khánh"));
    press(&mut kiosk, Touch::Language, 0);
    assert_eq!(kiosk.view(at(0)).closed_title, "National Day");
}

fn type_in(kiosk: &mut Kiosk, text: &str) {
    for letter in text.chars() {
        press(kiosk, Touch::Key(Key::Letter(letter)), 0);
    }
}

#[test]
fn a_procedure_is_found_by_typing_and_back_leads_to_what_was_typed() {
    let mut kiosk = kiosk_of(site());
    press(&mut kiosk, Touch::Search, 0);
    type_in(&mut kiosk, "  Giay  chung nhan quyen su dun");
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.query.as_str()), (Page::Search, "giay chung nhan quyen su dun"));
    let first = view.rows.first().unwrap().clone();
    assert!(first.title.contains("quyền sử dụng đất"), "{first:?}");
    assert!(view.found.ends_with("thủ tục phù hợp") && !view.nothing);

    press(&mut kiosk, Touch::Row(first.code), 0);
    assert_eq!(kiosk.view(at(0)).page, Page::Service);
    assert_eq!(kiosk.view(at(0)).title, first.title);
    press(&mut kiosk, Touch::Back, 0);
    assert_eq!(kiosk.view(at(0)).query, "giay chung nhan quyen su dun");

    press(&mut kiosk, Touch::Key(Key::Clear), 0);
    type_in(&mut kiosk, "zzzz");
    let view = kiosk.view(at(0));
    assert!(view.rows.is_empty() && view.nothing);
    press(&mut kiosk, Touch::Key(Key::Erase), 0);
    assert_eq!(kiosk.view(at(0)).query, "zzz");
    // The next visitor does not see it.
    press(&mut kiosk, Touch::Back, 0);
    press(&mut kiosk, Touch::Search, 0);
    assert_eq!(kiosk.view(at(0)).query, "");
}

#[test]
fn the_other_language_is_searched_when_it_is_chosen() {
    let mut kiosk = kiosk_of(site());
    press(&mut kiosk, Touch::Search, 0);
    type_in(&mut kiosk, "construction permit");
    press(&mut kiosk, Touch::Language, 0);
    let view = kiosk.view(at(0));
    assert!(view.rows.first().unwrap().title.to_lowercase().contains("construction"), "{view:?}");
}

#[test]
fn larger_letters_leave_room_for_fewer_things_and_go_with_the_visitor() {
    let mut kiosk = kiosk_of(site());
    assert_eq!(kiosk.view(at(0)).tiles.len(), 21);
    press(&mut kiosk, Touch::Large, 0);
    let view = kiosk.view(at(0));
    assert_eq!((view.tiles.len(), view.tile_pages), (10, 2), "what all need stands in the bar");
    assert!(view.sides.iter().any(|side| side.code == "truc-tuyen"));
    press(&mut kiosk, Touch::Low, 0);
    assert_eq!(kiosk.view(at(0)).tiles.len(), 6);
    kiosk.step(Input::Tick, at(30_000));
    assert_eq!(kiosk.view(at(30_000)).mode, Mode::default());

    let mut lying = Kiosk::new(KioskConfig::default(), Layout::LYING);
    press(&mut lying, Touch::Low, 0);
    assert!(!lying.view(at(0)).mode.low, "nothing is out of reach there");
}

#[test]
fn who_has_not_all_the_papers_is_sent_to_the_help_desk() {
    let mut kiosk = kiosk_of(site());
    for touch in [Touch::Tile("agency:stnmt".into()), Touch::Row("stnmt/0".into()), Touch::Take] {
        press(&mut kiosk, touch, 0);
    }
    let view = kiosk.view(at(0));
    assert!(view.page == Page::Papers && !view.papers.is_empty());
    press(&mut kiosk, Touch::Papers(false), 0);
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.letter.as_str()), (Page::Service, "2"));
    // A site that does not want the question.
    let config = KioskConfig { ask_papers: false, ..KioskConfig::default() };
    kiosk = Kiosk { config, ..kiosk_of(site()) };
    for touch in [Touch::Tile("agency:stnmt".into()), Touch::Row("stnmt/0".into()), Touch::Take] {
        press(&mut kiosk, touch, 0);
    }
    assert_eq!(kiosk.view(at(0)).page, Page::Priority);
}

#[test]
fn who_takes_number_after_number_is_asked_and_then_the_machine_rests() {
    let mut kiosk = kiosk_of(site());
    let (mut given, mut asked_for) = (0, 0);
    while kiosk.view(at(given)).page == Page::Home {
        asked(&mut kiosk);
        let mut effects = press(&mut kiosk, Touch::Priority(false), given);
        if effects.is_empty() {
            assert_eq!(kiosk.view(at(given)).page, Page::Meant);
            asked_for += 1;
            effects = press(&mut kiosk, Touch::Meant, given);
        }
        assert!(matches!(effects[..], [Effect::Act { tag: Tag::Issue, .. }]), "{effects:?}");
        answer(&mut kiosk, Tag::Issue, done(PrintState::None), given);
        press(&mut kiosk, Touch::Done, given);
        given += 1;
    }
    assert_eq!((given, asked_for), (13, 3));
    let view = kiosk.view(at(given));
    assert_eq!((view.page, view.closed_title.as_str()), (Page::Closed, "Máy nghỉ giây lát"));
    assert_eq!(kiosk.deadline(at(60_000)), Some(60_012));
    assert_eq!(kiosk.view(at(60_012)).page, Page::Home);
}

const CARD: &str = "001066000001||Nguyễn Văn An|01021966|Nam|Hà Nội|15042021";
const YOUNG: &str = "001099000001||Nguyễn Văn An|01021999|Nam|Hà Nội|15042021";

fn scan(kiosk: &mut Kiosk, code: &str) -> Effects {
    press(kiosk, Touch::Scanned(code.into()), 0)
}

fn choose(kiosk: &mut Kiosk) -> Effects {
    press(kiosk, Touch::Tile("agency:stnmt".into()), 0);
    press(kiosk, Touch::Row("stnmt/0".into()), 0);
    press(kiosk, Touch::Take, 0);
    press(kiosk, Touch::Papers(true), 0)
}

#[test]
fn a_card_of_an_old_visitor_answers_the_question_and_counts_as_one_person() {
    let mut kiosk = kiosk_of(site());
    assert_eq!(scan(&mut kiosk, CARD), []);
    let view = kiosk.view(at(0));
    assert_eq!(view.banner.unwrap().kind, BannerKind::Good);
    // No question of priority; first who it is, then the number for that person.
    let asked = choose(&mut kiosk);
    assert!(
        matches!(&asked[..], [Effect::Know { tag: Tag::Person, id }] if id.reveal() == "001066000001")
    );
    assert!(kiosk.view(at(0)).printing);
    let key = queue::PersonKey("ab".into());
    match &answer(&mut kiosk, Tag::Person, Answer::Person(key.clone()), 0)[..] {
        [Effect::Act { tag: Tag::Issue, action: Action::Issue { wish, .. } }] => {
            assert_eq!(wish.class, Some(ClassId::from("priority")));
            assert_eq!(wish.person, Some(key));
        }
        other => panic!("{other:?}"),
    }
    let held = Refusal::OneEach { number: queue::Number::new("H", 7) };
    answer(&mut kiosk, Tag::Issue, Answer::Refused(held), 0);
    assert!(kiosk.view(at(0)).banner.unwrap().title.contains("H007"));
    // The card goes with its visitor.
    kiosk.step(Input::Tick, at(30_000));
    assert!(kiosk.who.is_none());
}

#[test]
fn a_young_card_is_asked_and_one_shown_at_the_question_answers_it() {
    let mut kiosk = kiosk_of(site());
    scan(&mut kiosk, YOUNG);
    assert_eq!(choose(&mut kiosk), []);
    assert_eq!(kiosk.view(at(0)).page, Page::Priority);
    assert_eq!(scan(&mut kiosk, YOUNG), [], "age gives nothing here");
    let known = scan(&mut kiosk, CARD);
    assert!(matches!(&known[..], [Effect::Know { .. }]), "{known:?}");
}

#[test]
fn a_slip_is_found_again_and_a_missed_number_goes_back() {
    let mut site = site();
    site.follow_url = "https://x.example/t/".into();
    let mut kiosk = kiosk_of(site);
    let mut held = ticket(7, PrintState::Printed);
    let code = format!("https://x.example/t/20261123-{}", held.number);
    kiosk.board.tickets.insert(held.id, held.clone());
    assert_eq!(scan(&mut kiosk, &code), []);
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.number), (Page::Ticket, held.number.to_string()));
    assert!(!view.can_reprint, "the slip is in the visitor's hand");
    press(&mut kiosk, Touch::Done, 0);

    held.state = State::NoShow;
    kiosk.board.tickets.insert(held.id, held.clone());
    let back = scan(&mut kiosk, &code);
    let action = Action::Requeue { number: held.number.clone(), by: None };
    assert_eq!(back, [Effect::Act { tag: Tag::Return, action }]);
    held.state = State::Waiting;
    let done =
        store::Done { ticket: Some(held.clone()), events: Vec::new(), repeated: false, code: None };
    answer(&mut kiosk, Tag::Return, Answer::Done(Box::new(done)), 0);
    assert_eq!(kiosk.view(at(0)).page, Page::Ticket);
    press(&mut kiosk, Touch::Done, 0);

    for (state, words) in [(State::Called, "đang được gọi"), (State::Served, "đã xong")] {
        held.state = state;
        held.counter = Some("10".into());
        kiosk.board.tickets.insert(held.id, held.clone());
        assert_eq!(scan(&mut kiosk, &code), []);
        let banner = kiosk.view(at(0)).banner.unwrap();
        assert!(banner.title.contains(words), "{banner:?}");
    }
    scan(&mut kiosk, "https://x.example/t/20261122-H007");
    assert_eq!(kiosk.view(at(0)).banner.unwrap().title, "Phiếu của ngày khác");
}

#[test]
fn a_booking_is_checked_in_and_a_receipt_leads_to_the_results() {
    let mut kiosk = kiosk_of(site());
    let asked = scan(&mut kiosk, "123456");
    assert!(matches!(
        &asked[..],
        [Effect::Act { tag: Tag::CheckIn, action: Action::CheckIn { .. } }]
    ));
    assert!(kiosk.view(at(0)).printing);
    assert_eq!(scan(&mut kiosk, "654321"), [], "one at a time");
    let printing = answer(&mut kiosk, Tag::CheckIn, done(PrintState::Pending), 0);
    assert!(matches!(&printing[..], [Effect::Act { tag: Tag::Printing { .. }, .. }]));
    press(&mut kiosk, Touch::Done, 0);

    scan(&mut kiosk, "654321");
    let unknown = Refusal::UnknownBooking { code: queue::BookingCode("654321".into()) };
    answer(&mut kiosk, Tag::CheckIn, Answer::Refused(unknown), 0);
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.banner.unwrap().kind), (Page::Home, BannerKind::Bad));

    scan(&mut kiosk, "000.00.04.H49-220815-0001");
    let view = kiosk.view(at(0));
    assert_eq!((view.page, view.title.as_str()), (Page::Service, "Nhận kết\u{a0}quả"));
    scan(&mut kiosk, "what is this");
    assert_eq!(kiosk.view(at(0)).banner.unwrap().title, "Không nhận ra mã này");
}

#[test]
fn further_languages_come_after_the_two_and_leave_with_the_visitor() {
    let tay = Further { code: "tyz".into(), name: "Tiếng Tày".into() };
    let config = KioskConfig { lang: Lang::En, further: vec![tay], ..KioskConfig::default() };
    let mut kiosk = Kiosk::new(config, Layout::UPRIGHT);
    let board = Box::new(Feed::default().board);
    let day = Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() };
    kiosk.step(day, at(0));
    let (mut seen, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        let view = kiosk.view(at(0));
        seen.push((view.lang, view.further, view.language));
        codes.push(kiosk.spoken_code());
        press(&mut kiosk, Touch::Language, 0);
    }
    let is = |lang, further: &str, next: &str| (lang, further.to_owned(), next.to_owned());
    let [english, vietnamese] = [is(Lang::En, "", "Tiếng Việt"), is(Lang::Vi, "", "Tiếng Tày")];
    assert_eq!(seen, [english.clone(), vietnamese, is(Lang::Vi, "tyz", "English"), english]);
    assert_eq!(codes, ["en", "vi", "tyz", "en"], "what the number carries into the hall");
    press(&mut kiosk, Touch::Language, 0);
    assert_eq!(kiosk.view(at(0)).further, "tyz");
    kiosk.step(Input::Tick, at(600_000));
    assert_eq!(kiosk.view(at(600_000)).further, "");
}
