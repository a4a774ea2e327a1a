//! A language that nobody speaks, on every page of a visitor: nothing that a program puts together and
//! nothing of the centre's own stays Vietnamese where the language has words for it.

use queue::{Appointments, Dossiers, PrintState};
use serde_json::Value;

use super::*;
use crate::config::{Further, ScannerSection};
use crate::desk::Answer;
use crate::testing::{Feed, TOLD, at, site, ticket};
use crate::words::{Tongue, expected};

/// ISO 639 leaves the codes qaa to qtz to whoever needs one.
const CODE: &str = "qaa";
const HOUR: i64 = 60 * 60_000;

/// Every text of the file, in brackets.
fn pseudo() -> Phrases {
    let file = include_str!("../../../../ui/lang/tyz/LC_MESSAGES/words.po");
    let ids = file.lines().filter_map(|line| line.strip_prefix("msgid ")?.strip_prefix('"'));
    let pairs = ids.map(|id| {
        let id = id.trim_end_matches('"');
        format!("msgid \"{id}\"\nmsgstr \"⟦{id}⟧\"\n")
    });
    Phrases::read(&pairs.collect::<String>())
}

/// The sample centre, each of its texts in that language, too.
fn centre() -> Box<Site> {
    fn mark(value: &mut Value) {
        if let Value::Object(fields) = value {
            let vi = fields.get("vi").and_then(Value::as_str).filter(|vi| !vi.is_empty());
            if let Some(own) = vi.map(|vi| format!("«{vi}»")) {
                fields.insert(CODE.to_owned(), own.into());
            }
            fields.values_mut().for_each(mark);
        } else if let Value::Array(list) = value {
            list.iter_mut().for_each(mark);
        }
    }
    let mut known = serde_json::to_value(site()).unwrap();
    mark(&mut known);
    let mut site: Box<Site> = serde_json::from_value(known).unwrap();
    let land = site.services.iter_mut().find(|service| service.id.as_str() == "stnmt").unwrap();
    land.dossiers = Dossiers::Ask;
    land.appointments = Some(Appointments::default());
    site
}

/// A machine that speaks it, after these touches.
fn visit(touches: impl IntoIterator<Item = Touch>) -> Kiosk {
    let further = vec![Further { code: CODE.into(), name: "Qaa".into() }];
    let scanner = ScannerSection { line: "serial:///dev/luot-scanner".into() };
    let config = KioskConfig { further, scanner, ..KioskConfig::default() };
    let mut kiosk = Kiosk::new(config, Layout::UPRIGHT);
    kiosk.phrases.insert(CODE.into(), pseudo());
    let mut feed = Feed::default();
    (1..4).for_each(|number| drop(feed.issue(i64::from(number), number)));
    let (board, experience) = (Box::new(feed.board), Box::default());
    let day = Input::Board { site: centre(), board, tail: Vec::new(), experience };
    kiosk.step(day, at(0));
    press(&mut kiosk, [Touch::Language, Touch::Language]);
    press(&mut kiosk, touches);
    kiosk
}

fn press(kiosk: &mut Kiosk, touches: impl IntoIterator<Item = Touch>) {
    touches.into_iter().for_each(|touch| drop(kiosk.step(Input::Touch(touch), at(0))));
}

fn land() -> [Touch; 2] {
    [Touch::Tile("agency:stnmt".into()), Touch::Row("stnmt/0".into())]
}

fn asked() -> impl Iterator<Item = Touch> {
    land().into_iter().chain([Touch::Take, Touch::Papers(true)])
}

fn issuing() -> impl Iterator<Item = Touch> {
    asked().chain([Touch::Dossiers(2), Touch::Priority(false)])
}

fn typed(text: &str) -> impl Iterator<Item = Touch> {
    std::iter::once(Touch::Search).chain(text.chars().map(|c| Touch::Key(Key::Letter(c))))
}

fn done(print: PrintState) -> Answer {
    let ticket = Some(ticket(42, print));
    Answer::Done(Box::new(store::Done { ticket, events: Vec::new(), repeated: false, code: None }))
}

/// A number whose slip has come so far.
fn numbered(end: Option<PrintEnd>) -> Kiosk {
    let mut kiosk = visit(issuing());
    let answer = |tag, print| Input::Answer { tag, answer: done(print) };
    kiosk.step(answer(Tag::Issue, PrintState::Pending), at(0));
    kiosk.step(answer(Tag::Printing { job: 1 }, PrintState::Printing), at(0));
    if let Some(end) = end {
        kiosk.step(Input::Device(Printer::Ended { job: 1, end }), at(0));
    }
    kiosk
}

/// All that a page says by itself.
fn said(view: &View) -> Vec<&str> {
    let tiles = view.tiles.iter().chain(&view.mains).chain(&view.sides);
    let mut all: Vec<&str> =
        tiles.flat_map(|tile| [&*tile.name, &*tile.note, &*tile.label]).collect();
    let rows = view.rows.iter();
    all.extend(rows.flat_map(|row| [&*row.title, &*row.detail, &*row.waiting]));
    all.extend(view.banner.iter().flat_map(|banner| [&*banner.title, &*banner.text]));
    all.extend(view.papers.iter().map(String::as_str));
    all.extend(view.hours.iter().flat_map(|(days, times)| [&**days, &**times]));
    all.extend([
        &*view.authority,
        &view.centre,
        &view.date,
        &view.scan_hint,
        &view.field,
        &view.found,
        &view.title,
        &view.fee,
        &view.limit,
        &view.basis,
        &view.waiting,
        &view.estimate,
        &view.turn,
        &view.place,
        &view.zone,
        &view.where_to,
        &view.priority_lead,
        &view.ahead,
        &view.paper_line,
        &view.countdown,
        &view.wait_line,
        &view.closed_title,
        &view.closed_text,
        &view.pad_title,
        &view.pad_hint,
    ]);
    all
}

/// What stands outside of all brackets and is more than a number, a series, a sign.
fn vietnamese(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().any(|letter| {
        depth += match letter {
            '⟦' | '«' => 1,
            '⟧' | '»' => -1,
            _ => 0,
        };
        depth == 0 && letter.is_alphabetic() && !letter.is_ascii_uppercase()
    })
}

#[test]
fn no_page_of_a_visitor_stays_vietnamese_where_a_further_language_has_words() {
    assert!(vietnamese("⟦Khu B⟧ · quầy 9") && !vietnamese("H042 · ⟦Khu «B»⟧"));
    let trouble = || Trouble { vi: "⟦⟧".into(), en: String::new() };
    let mut down = visit(land());
    down.step(Input::Device(Printer::Down(trouble())), at(0));
    press(&mut down, [Touch::Take, Touch::Papers(true), Touch::Dossiers(1), Touch::Priority(true)]);
    let mut called = visit(land());
    press(&mut called, [Touch::CallStaff]);
    let mut away = visit(land());
    away.step(Input::Away(trouble()), at(0));
    let mut greedy = visit([]);
    let one = || asked().chain([Touch::Dossiers(1), Touch::Priority(false)]);
    while greedy.view(at(0)).page != Page::Meant {
        press(&mut greedy, one());
        if greedy.view(at(0)).page != Page::Meant {
            greedy.step(Input::Answer { tag: Tag::Issue, answer: done(PrintState::None) }, at(0));
            press(&mut greedy, [Touch::Done, Touch::Language, Touch::Language]);
        }
    }
    let scanned = |code: &str| visit([Touch::Scanned(code.into())]);
    let idle = i64::from(KioskConfig::default().idle_s) * 1_000;
    let pages = [
        (Page::Home, visit([]), 0),
        (Page::Home, scanned("001066000001||A B|01021966|Nam|C|15042021"), 0),
        (Page::Home, scanned("what nobody knows"), 0),
        (Page::Service, scanned("123456"), 0),
        (Page::Agency, visit([Touch::Tile("agency:stnmt".into())]), 0),
        (Page::Agency, visit([Touch::Tile("agency:skhcn".into())]), 0),
        (Page::Service, visit(land()), 0),
        (Page::Service, visit(land()), idle - 5_000),
        (Page::Service, visit([Touch::Tile("agency:sxd".into()), Touch::Row("sxd/0".into())]), 0),
        (Page::Service, called, 0),
        (Page::Service, away, 0),
        // After 15:00 a dossier goes on tomorrow.
        (Page::Service, visit(land()), 7 * HOUR + HOUR / 4),
        (Page::Papers, visit(land().into_iter().chain([Touch::Take])), 0),
        (Page::Dossiers, visit(asked()), 0),
        (Page::Pad, visit(asked().chain([Touch::ManyDossiers])), 0),
        (Page::Priority, visit(asked().chain([Touch::Dossiers(1)])), 0),
        (Page::Service, visit(issuing()), 0),
        (Page::Meant, greedy, 0),
        (Page::Offer, down, 0),
        (Page::Search, visit(typed("giay phep")), 0),
        (Page::Search, visit(typed("qqqqxyz")), 0),
        (Page::Pad, visit([Touch::Booked]), 0),
        (Page::Ticket, numbered(None), 0),
        (Page::Ticket, numbered(Some(PrintEnd::Printed)), 0),
        (Page::Ticket, numbered(Some(PrintEnd::Unknown(trouble()))), 0),
        (Page::NoPaper, numbered(Some(PrintEnd::NotStarted(trouble()))), 0),
        (Page::Closed, visit([]), -2 * HOUR),
        (Page::Closed, visit([]), 4 * HOUR),
        (Page::Closed, visit([]), 12 * HOUR),
    ];
    let mut left = Vec::new();
    for (page, kiosk, ms) in pages {
        let view = kiosk.view(at(ms));
        assert_eq!((view.page, view.further.as_str()), (page, CODE));
        let said: Vec<_> = said(&view).into_iter().filter(|text| vietnamese(text)).collect();
        left.extend(said.iter().map(|text| format!("{page:?}: {text}")));
    }
    let told = pseudo();
    left.extend(Some(expected(Tongue::of(Lang::Vi, Some(&told)), TOLD)).filter(|t| vietnamese(t)));
    assert!(left.is_empty(), "{}", left.join("\n"));
}

/// The voice that reads aloud was made for two languages; it is not given a third to spell.
#[test]
fn what_is_read_aloud_stays_in_a_language_that_the_voice_speaks() {
    let mut kiosk = visit(land());
    kiosk.config.read_aloud.command = vec!["espeak-ng".into()];
    match &kiosk.step(Input::Touch(Touch::Read), at(0))[..] {
        [crate::flow::Effect::Order(Order::Read { text, lang: Lang::Vi, .. })] => {
            assert!(text.contains("Đang chờ: 3 người\n") && !text.contains(['⟦', '«']), "{text}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(kiosk.view(at(0)).further, CODE);
}

/// A language that has no words yet, and a code without a folder, are Vietnamese.
#[test]
fn what_a_further_language_lacks_is_vietnamese() {
    for code in ["tyz", "qaa"] {
        let further = vec![Further { code: code.into(), name: "Qaa".into() }];
        let config = KioskConfig { further, ..KioskConfig::default() };
        let mut kiosk = Kiosk::new(config, Layout::UPRIGHT);
        let (board, experience) = (Box::new(Feed::default().board), Box::default());
        kiosk.step(Input::Board { site: site(), board, tail: Vec::new(), experience }, at(0));
        let vietnamese = kiosk.view(at(0));
        press(&mut kiosk, [Touch::Language, Touch::Language]);
        let view = kiosk.view(at(0));
        assert_eq!(view.further, code);
        assert_eq!(said(&view), said(&vietnamese));
    }
}
