//! Every state of the hall as a picture, in both languages and three sizes, and how high its
//! figures stand. `LUOT_PICTURES=DIR` keeps what was drawn.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each face uses its part")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[path = "../../ui/tests/window/mod.rs"]
mod window;

use queue::{Danger, Lang, Number, Text};
use slint::ComponentHandle;
use station::Now;
use station::config::{Arrow, HallConfig, ScreenSection, Theme, Way};
use station::desk::Trouble;
use station::flow::{Flow, Input};
use station::hall::{Band, Hall, Item, Layout, Slide, View, Voice, layout};
use station::words::pick;
use testing::{Feed, at, site};
use ui::{Design, Fit, HallWindow};
use window::{Picture, Size, draw, platform, vietnamese};

const MINUTE: i64 = 60_000;
/// A picture for the slide of pictures.
const PHOTO: &str = "../../assets/pictures/counter.png";

/// A hall in which six were called, the last ones `together` within a second; seen `after_ms`.
struct Seen {
    hall: Hall,
    now: Now,
}

fn seen(config: HallConfig, together: u32, after_ms: i64, lying: bool) -> Seen {
    let mut hall = Hall::new(config);
    hall.step(Input::Device(Voice::Turned { lying }), at(0));
    let mut feed = Feed::default();
    for number in 141..=147 {
        feed.issue(0, number);
    }
    for (service, prefix, people) in
        [("stnmt", "H", 7), ("cat", "T", 12), ("bhxh", "V", 6), ("stp", "R", 4)]
    {
        for n in 0..people {
            feed.take(1_000, service, Number::new(prefix, 200 + n), "normal");
        }
    }
    let board = Box::new(feed.board.clone());
    hall.step(
        Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
        at(1_000),
    );
    // Numbers that were called in vain.
    for number in 141..=141 {
        let call = feed.call(1_100, number, "9");
        let missed = feed.add(1_200, number, "9", queue::What::NoShow);
        hall.step(Input::Events(vec![call, missed]), at(1_200));
    }
    let mut ms = 2_000;
    for (i, counter) in ["16", "20", "9", "24", "10", "17"].iter().enumerate() {
        let i = u32::try_from(i).unwrap();
        ms += if i + together > 6 && i > 0 { 400 } else { MINUTE };
        let call = feed.call(ms, 142 + i, counter);
        hall.step(Input::Events(vec![call.clone()]), at(ms));
        if i + together == 6 {
            hall.step(Input::Device(Voice::Begun { call: call.seq }), at(ms));
        }
    }
    let now = at(ms + after_ms);
    hall.step(Input::Tick, now);
    Seen { hall, now }
}

impl Seen {
    fn view(&self) -> View {
        self.hall.view(self.now)
    }
}

/// The longest names a centre of the sample has, and a series whose letter is the widest.
fn long(lang: Lang) -> HallConfig {
    let notice = Text {
        vi: "Chiều thứ Sáu 27/11 trung tâm nghỉ để nâng cấp hệ thống điện."
            .chars()
            .take(60)
            .collect(),
        en: "On Friday afternoon, 27 November, the centre is closed at 2.".into(),
        ..Text::default()
    };
    HallConfig { lang, notices: vec![notice], ..HallConfig::default() }
}

/// The view at the first moment from `from` on at which the band's title is `title`.
fn paged(seen: &mut Seen, title: &str) -> View {
    for _ in 0..60 {
        if seen.view().band.title == title {
            return seen.view();
        }
        seen.now = at(seen.now.up_ms + 1_000);
        seen.hall.step(Input::Tick, seen.now);
    }
    panic!("no page {title:?}");
}

/// Every state of the hall with its name.
fn states(lang: Lang, lying: bool) -> Vec<(&'static str, View)> {
    let config = || HallConfig { lang, ..HallConfig::default() };
    let evening = || HallConfig { theme: Theme::Evening, ..config() };
    let state = |together, after_ms| seen(config(), together, after_ms, lying).view();
    let mut lost = seen(config(), 1, 0, lying);
    let away = || Trouble {
        vi: "Mất liên lạc với máy chủ. Máy đang tự thử lại; hãy kiểm tra mạng và máy chủ.".into(),
        en: "The server cannot be reached. This machine keeps trying; look at the network and the \
             server."
            .into(),
    };
    lost.hall.step(Input::Away(away()), lost.now);
    lost.now = at(lost.now.up_ms + 11_000);
    let mut mute = seen(config(), 1, 20_000, lying);
    let sound =
        Trouble { vi: "Loa: không có thiết bị".into(), en: "Loudspeaker: no device".into() };
    mute.hall.step(Input::Device(Voice::Sound(Some(sound))), mute.now);
    let english = seen(HallConfig { english_below: true, ..config() }, 1, 20_000, lying);
    let mut empty = Hall::new(config());
    empty.step(Input::Device(Voice::Turned { lying }), at(0));
    let board = Box::new(Feed::default().board);
    empty.step(
        Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
        at(0),
    );
    let mut wide = state(1, 20_000);
    wide.calls[0].number = "M888".into();
    wide.calls[0].counter = "128".into();
    let mut named = state(1, 20_000);
    named.calls[0].counter = "Tiếp đón".into();
    named.recent[0].counter = "Tiếp đón".into();
    let way = vec![Way { zone: "D".into(), arrow: Arrow::Left }];
    let mut zoned =
        seen(HallConfig { english_below: true, way, ..config() }, 1, 20_000, lying).view();
    let missed = paged(&mut seen(long(lang), 1, 20_000, lying), pick(lang, "Lỡ lượt", "Missed"));
    let notice = paged(&mut seen(long(lang), 1, 20_000, lying), "");
    let mut kept = state(1, 3 * MINUTE);
    for (wait, range) in kept.waits.iter_mut().zip(["20–35", "15–25", "105–120", "10–15"]) {
        wait.range = range.into();
    }
    kept.waits[0].name = site()
        .services
        .iter()
        .map(|s| s.short_name(lang).to_owned())
        .max_by_key(|name| name.chars().count())
        .unwrap();
    kept.kept.percent = "87%".into();
    kept.kept.turns = pick(lang, "104 trên 120 lượt", "104 of 120 turns").into();
    let mut ranges = state(1, 20_000);
    ranges.band = Band {
        title: pick(lang, "Chờ khoảng", "Expected").into(),
        items: kept.waits[..if lying { 3 } else { 1 }]
            .iter()
            .map(|wait| Item {
                name: wait.name.clone(),
                figure: format!("{} {}", wait.range, pick(lang, "phút", "min")),
            })
            .collect(),
        notice: String::new(),
    };
    let mut text = state(1, 3 * MINUTE);
    text.slide = Slide::Text(pick(lang,
        "Cán bộ không được yêu cầu bổ sung hồ sơ quá một lần. Mọi phản ánh xin gọi đường dây nóng 1022 hoặc ghi vào sổ góp ý.",
        "Officers may ask for missing papers once only. For any complaint call 1022 or write it into the book at the help desk.").into());
    let screen = |diagonal_in, distance_m| ScreenSection { diagonal_in, distance_m, shift_px: 4 };
    let far = |together| {
        let config = HallConfig { screen: screen(43.0, 15.0), ..config() };
        seen(config, together, 1_000, lying).view()
    };
    let wider = seen(HallConfig { screen: screen(55.0, 16.0), ..config() }, 1, 1_000, lying).view();
    zoned.calls[0].fresh = false;
    let mut all = vec![
        ("fresh", state(1, 1_000)),
        ("settled", state(1, 20_000)),
        ("two", state(2, 1_000)),
        ("three", state(3, 1_000)),
        ("calm", state(1, 3 * MINUTE)),
        ("kept", kept),
        ("text", text),
        ("empty", empty.view(at(1_000))),
        ("lost", lost.view()),
        ("mute", mute.view()),
        ("english-below", english.view()),
        ("long", wide),
        ("named", named),
        ("zoned", zoned),
        ("ranges", ranges),
        ("missed", missed),
        ("notice", notice),
        ("evening", seen(evening(), 1, 20_000, lying).view()),
        ("evening-fresh", seen(evening(), 1, 1_000, lying).view()),
        ("evening-calm", seen(evening(), 1, 3 * MINUTE, lying).view()),
    ];
    all.extend(emergencies(lang, lying));
    let mut picture = state(1, 3 * MINUTE);
    picture.slide = Slide::Picture("picture.png".into());
    all.push(("picture", picture));
    all.extend(zones(lang, lying));
    if lying {
        all.extend([("far", far(1)), ("far-three", far(3)), ("farther", wider)]);
    }
    all
}

/// Calls with the zone of their counter and the way to it: one that is new, three together, and on a
/// small screen far away.
fn zones(lang: Lang, lying: bool) -> Vec<(&'static str, View)> {
    let arrows = [Arrow::Left, Arrow::Up, Arrow::Right, Arrow::Down];
    let way = ["A", "B", "C", "D"].iter().zip(arrows);
    let way: Vec<_> = way.map(|(zone, arrow)| Way { zone: (*zone).into(), arrow }).collect();
    let config = || HallConfig { lang, way: way.clone(), ..HallConfig::default() };
    let screen = ScreenSection { diagonal_in: 43.0, distance_m: 15.0, shift_px: 4 };
    let far = || HallConfig { screen: screen.clone(), ..config() };
    let mut wide = seen(config(), 1, 20_000, lying).view();
    wide.calls[0].number = "M888".into();
    wide.calls[0].counter = "128".into();
    let mut all = vec![
        ("zoned-fresh", seen(config(), 1, 1_000, lying).view()),
        ("zoned-two", seen(config(), 2, 1_000, lying).view()),
        ("zoned-three", seen(config(), 3, 1_000, lying).view()),
        ("zoned-long", wide),
    ];
    if lying {
        all.push(("zoned-far", seen(far(), 1, 1_000, lying).view()));
        all.push(("zoned-far-three", seen(far(), 3, 1_000, lying).view()));
    }
    all
}

/// What covers everything: the shortest and the longest message.
fn emergencies(lang: Lang, lying: bool) -> [(&'static str, View); 3] {
    let usual = Danger::Evacuation.usual();
    let long = Text {
        vi: "Phát hiện khói ở tầng hai. Mời mọi người rời khỏi tòa nhà bằng cầu thang bộ phía \
             Đông, không dùng thang máy, tập trung tại sân trước và chờ cán bộ điểm danh."
            .into(),
        en: "Smoke on the second floor. Leave the building by the stairs on the east side, do not \
             use the lift, gather in the front yard and wait there for the staff to count."
            .into(),
        ..Text::default()
    };
    let told = |theme, text: &Text| {
        let mut feed = Feed::default();
        feed.issue(0, 1);
        let (danger, text) = (Danger::Other, text.clone());
        feed.add(1_000, 1, "", queue::What::EmergencyRaised { danger, text });
        let mut hall = Hall::new(HallConfig { lang, theme, ..HallConfig::default() });
        hall.step(Input::Device(Voice::Turned { lying }), at(0));
        let board = Box::new(feed.board);
        let experience = Box::default();
        hall.step(Input::Board { site: site(), board, tail: Vec::new(), experience }, at(2_000));
        hall.view(at(2_000))
    };
    [
        ("emergency", told(Theme::Light, &usual)),
        ("emergency-long", told(Theme::Light, &long)),
        ("evening-emergency", told(Theme::Evening, &usual)),
    ]
}

fn hall(size: Size) -> HallWindow {
    platform();
    let window = HallWindow::new().unwrap();
    window.global::<Fit>().set_landscape(size.0 > size.1);
    window
}

fn drawn(size: Size) {
    let window = hall(size);
    let photo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(PHOTO);
    let photo = slint::Image::load_from_path(&photo).unwrap();
    window.global::<ui::Hall>().set_slide_picture(photo);
    let mut complaints = Vec::new();
    for (lang, tongue) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        for (name, view) in states(lang, size.0 > size.1) {
            ::hall::show(&window, &view);
            let picture = draw(&window, Design::Turned, size, &format!("hall-{name}-{tongue}"));
            complaints.extend(picture.complaints());
            if lang == Lang::En {
                let left = vietnamese(&picture.texts);
                // A counter's name is the centre's own.
                let left = left.iter().filter(|text| *text != "Tiếp đón");
                // In an emergency both languages stand there.
                let below = view.emergency.as_ref().map(|message| message.below.as_str());
                let left = left.filter(|text| Some(text.as_str()) != below);
                complaints
                    .extend(left.map(|text| format!("{}: not English: {text}", picture.name)));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn at_its_own_size_every_state_is_whole() {
    drawn((1920, 1080));
}

#[test]
fn on_a_small_screen_every_state_is_whole() {
    drawn((1280, 720));
}

#[test]
fn on_a_large_screen_every_state_is_whole() {
    drawn((3840, 2160));
}

#[test]
fn upright_every_state_is_whole() {
    drawn((1080, 1920));
}

/// The heights of all figures, in pixels of the design, from the top left to the bottom right.
fn figures(picture: &Picture) -> Vec<f32> {
    let mut spots: Vec<_> = picture.figures.iter().collect();
    spots.sort_by(|a, b| (a.top, a.left).partial_cmp(&(b.top, b.left)).unwrap());
    let height = |spot: &&window::Spot| {
        let (first, last) = picture.ink_rows(spot);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
        let rows = (last + 1 - first) as f32;
        rows / picture.scale
    };
    spots.iter().map(height).collect()
}

/// A number whose figures are as high as its capital: 1, 4 and 7 have no round that stands over.
fn flat(together: u32) -> View {
    let mut view = seen(HallConfig::default(), together, 1_000, true).view();
    for call in view.calls.iter_mut().chain(&mut view.recent) {
        call.number = "H147".into();
        call.counter = "14".into();
    }
    view
}

fn is_near(actual: f32, wanted: f32, what: &str) {
    let off = (actual - wanted).abs() / wanted;
    assert!(off <= 0.02, "{what}: {actual} px instead of {wanted}");
}

/// The height on the glass is what the formula asks, whatever the resolution: measured in pixels of
/// the picture and told in minutes of arc from the last row.
#[test]
fn figures_are_as_high_as_the_viewing_distance_asks_on_every_screen() {
    let sizes: [Size; 5] = [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160), (1080, 1920)];
    let screens = [(55.0, 15.0), (75.0, 20.0), (55.0, 16.0), (43.0, 15.0), (32.0, 6.0)];
    platform();
    let window = HallWindow::new().unwrap();
    for size in sizes {
        let lying = size.0 > size.1;
        window.global::<Fit>().set_landscape(lying);
        for (diagonal_in, distance_m) in screens {
            let screen = ScreenSection { diagonal_in, distance_m, shift_px: 0 };
            let layout = Layout::of(&screen, lying);
            let mut view = flat(1);
            view.layout = layout;
            let below = usize::try_from(layout.rows).unwrap() * if lying { 2 } else { 1 };
            view.recent.truncate(below);
            ::hall::show(&window, &view);
            let one = draw(&window, Design::Turned, size, "hall-figures");
            let heights = figures(&one);
            is_near(heights[0], px(layout.called), "the called number");
            is_near(heights[1], px(layout.called), "its counter");
            assert_eq!(heights.len(), 2 + 2 * below, "{screen:?} {:?}", one.figures);
            for height in &heights[2..] {
                is_near(*height, px(layout.recent), "a recent call");
            }
            let asked = layout::pixels(&screen, layout::ARC_CALLED, f64::from(distance_m));
            let seen = layout::arc(&screen, layout.called);
            let most = if lying { 380 } else { 258 };
            assert!(f64::from(heights[0]) >= asked * 0.98 || layout.called == most, "{seen}′");
            if layout.share == 3 {
                let mut view = flat(3);
                view.layout = layout;
                ::hall::show(&window, &view);
                let three = draw(&window, Design::Turned, size, "hall-figures-three");
                for height in figures(&three) {
                    is_near(height, px(layout.many), "one of three calls");
                }
            }
        }
    }
}

fn px(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).unwrap())
}

#[test]
fn the_widest_numbers_of_a_letter_and_of_figures_alone_are_not_made_smaller() {
    let window = hall((1920, 1080));
    for number in ["M147", "41714"] {
        let mut view = flat(1);
        view.calls[0].number = number.into();
        ::hall::show(&window, &view);
        let picture = draw(&window, Design::Turned, (1920, 1080), &format!("hall-widest-{number}"));
        is_near(figures(&picture)[0], 289.0, number);
        assert_eq!(picture.complaints(), [""; 0]);
    }
}
